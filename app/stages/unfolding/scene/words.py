"""What happens at a moment, in words."""

from core.unfolding.moments import phase_at
from core.unfolding.unfolding import Mark, Unfolding

_PHASES = {"turn": "W", "shift": "+ b", "relu": "ReLU", "tanh": "tanh", "detail": "detail layer"}


def layer_words(made: Unfolding, t: float, in_full: bool = True) -> str:
    """Return what is seen at a moment: input, code, output, or which step acts and, in full, how much is seen."""
    if t <= 0.0:
        return _named("input", made.marks[0].width)
    if t >= made.length:
        return _named("output", made.marks[-1].width)
    if made.code is not None and t == made.code:
        return _named("code", made.marks[made.code].width)
    if t == int(t):
        mark = made.marks[int(t)]
        return f"{mark.part}, behind layer {int(t)}  ({_values(mark, in_full)})"
    step, what = phase_at(t, made.passages[min(int(t), made.length - 1)].bend)
    mark = made.marks[step + 1]
    words = f"{mark.part if mark.part in ('encoder', 'decoder') else 'to the ' + mark.part}"
    number = f"layer {step + 1}" if made.passages[step].bend != "detail" else "output"
    if what == "detail":
        return "output: detail layer"
    return f"{words}, {number}: {_PHASES[what]}  ({_values(mark, in_full)})"


def _values(mark: Mark, in_full: bool) -> str:
    """Return how many values there are and, in full, how much of them is seen."""
    seen = "" if mark.width <= 3 or not in_full else f", {100 * mark.variance_kept:.0f} % of the variance seen"
    return ("1 value" if mark.width == 1 else f"{mark.width:,} values") + seen


def _named(what: str, width: int) -> str:
    return f"{what}  ({width:,} {'value' if width == 1 else 'values'})"
