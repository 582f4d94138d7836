"""When the state of a training is stored, should the run be lost."""

from collections.abc import Callable

from core.base.clock import ActiveClock
from core.base.errors import BudaiError
from core.training.checkpoint import Checkpoint

_BETWEEN_COPIES = 30.0
"""Most seconds between two times that the state is stored."""
_FIRST_COPIES = 1.0
"""Least seconds between them, while there is little to lose."""
_COPY_SHARE = 0.2
"""Part of the time worked that may be lost between them."""
_COPY_COSTS = 50.0
"""How many times longer than the storing itself the time between them is at least."""


class Keeper:
    """Stores the state of a training: ever more seldom, and never for more than a small part of the time.

    Parameters
    ----------
    store : callable or None
        Called with the state; None where nothing is to be kept.
    """

    def __init__(self, store: Callable[[Checkpoint], None] | None) -> None:
        self._store, self._due = store, 0.0

    def wants(self, now: float, at_once: bool) -> bool:
        """Return whether the state is to be stored now, or anyhow though the last time was a moment ago."""
        return self._store is not None and (at_once or now >= self._due)

    def keep(self, state: Checkpoint, clock: ActiveClock) -> str:
        """Store a state whose seconds are those when that began; say why it could not be: then none is any more."""
        assert self._store is not None
        failure = ""
        try:
            self._store(state)
        except BudaiError as error:
            failure, self._store = str(error), None
        now = clock.seconds
        pause = max(_FIRST_COPIES, _COPY_SHARE * now, _COPY_COSTS * (now - state.seconds))
        self._due = now + min(pause, _BETWEEN_COPIES)
        return failure
