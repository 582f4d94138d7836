"""A network's way from input to output, computed: where every point is at any moment, and what there is to tell."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64, UInt64

from core.base.arrays import frozen
from core.unfolding.cell_edges import CellEdges

SWITCHES = 1e-3
"""Share of the points at which a unit switches above which it does."""


@dataclass(frozen=True, eq=False)
class Mark:
    """What there is to tell of the values between two steps: those of the input, of a layer, or of the output.

    Parameters
    ----------
    width : int
        Number of values.
    part : str
        Network that they belong to: "input", "encoder", "code", "decoder", "output" or another name.
    variance_kept : float
        Part of their variance that is seen, from 0 to 1.
    drawn_scale : float
        By what the picture is enlarged so that its size stays.
    n_patterns : int
        Activation patterns, of the layers so far, among the points: cells that hold one.
    overlaps : int or None
        Pairs of triangles that pass through each other in the picture, in a plane those that lie over each other; None
        where they were not counted.
    """

    width: int
    part: str
    variance_kept: float
    drawn_scale: float
    n_patterns: int
    overlaps: int | None = None


@dataclass(frozen=True, eq=False)
class Passage:
    """What there is to tell of a step between two marks.

    Parameters
    ----------
    bend : "relu", "tanh", "detail" or ""
        What bends at its end.
    determinant : (float, float) or None
        Sign and common logarithm of the size of the determinant of a square matrix.
    is_positive : bool
        Whether its matrix is reached through invertible ones of positive determinant.
    passes_flat : bool
        Whether its picture passes a moment at which it is flat.
    on : (k, n) float32 array
        Share of the points at which each unit is on, at the moments of the step.
    switching : (k - 1, n) float32 array
        Share of them at which it switches, from each of these moments to the next.
    """

    bend: str
    determinant: tuple[float, float] | None
    is_positive: bool
    passes_flat: bool
    on: Float32[np.ndarray, "k n"]
    switching: Float32[np.ndarray, "j n"]


@dataclass(frozen=True, eq=False)
class Unfolding:
    """A network's way from input to output.

    Moments are t from 0, the input, to L, the output: step k takes place from k to k + 1, first its matrix, then its
    shift, then its bend.

    Parameters
    ----------
    moments : (m,) float64 array
        Moments at which pictures are known; from one to the next points move along straight lines.
    is_phase : (m - 1,) bool array
        Whether from one moment to the next a whole shift or bend takes place: then they start and stop slowly.
    pictures : (m, n, 3) float32 array
        Where the points are seen, in normalized units.
    faces : (f, 3) int64 array
        Triangles between them; none of a table.
    vertices : (n,) int64 array
        Vertex of the surface, or row of the table, that each point is.
    hashes : (L + 1, n) uint64 array
        Activation pattern, of the layers up to each mark, of each point.
    marks : tuple of Mark
        The L + 1 states.
    passages : tuple of Passage
        The L steps.
    code : int or None
        Mark of the latent code; None of a plain network.
    view : (3, D) float64 array
        The directions by which the input is seen; the first coordinates where there are no more than three.
    scale, offset : float, (3,) float64 array
        Input units of a picture p at the ends: scale p + offset.
    end_error : float
        Largest distance of the last picture from what the network itself gives, over the size of the input or of the
        output, whichever is larger.
    seconds : float
        Time that it took.
    edges : CellEdges or None
        Where units of the first layers switch on the triangles; None of points, and where they are too many.
    """

    moments: Float64[np.ndarray, " m"]
    is_phase: Bool[np.ndarray, " k"]
    pictures: Float32[np.ndarray, "m n 3"]
    faces: Int64[np.ndarray, "f 3"]
    vertices: Int64[np.ndarray, " n"]
    hashes: UInt64[np.ndarray, "l n"]
    marks: tuple[Mark, ...]
    passages: tuple[Passage, ...]
    code: int | None
    view: Float64[np.ndarray, "3 D"]
    scale: float
    offset: Float64[np.ndarray, " 3"]
    end_error: float
    seconds: float
    edges: CellEdges | None = None

    def __post_init__(self) -> None:
        for name in ("moments", "is_phase", "pictures", "faces", "vertices", "hashes", "view", "offset"):
            object.__setattr__(self, name, frozen(getattr(self, name), getattr(self, name).dtype))

    @property
    def length(self) -> int:
        """Number L of steps."""
        return len(self.passages)

    @cached_property
    def _ends(self) -> tuple[tuple[np.ndarray, float], tuple[np.ndarray, float]]:
        """Centre and size of the first and of the last picture."""
        return _place_and_size(self.pictures[0]), _place_and_size(self.pictures[-1])

    def picture(self, t: float) -> Float32[np.ndarray, "n 3"]:
        """Return where the points are seen at a moment, as the views project them, in normalized units."""
        k, part = self._between(t)
        if part == 0.0:
            return self.pictures[k]
        return (1.0 - np.float32(part)) * self.pictures[k] + np.float32(part) * self.pictures[k + 1]

    def drawn_scale(self, t: float) -> float:
        """Return by what the picture of a moment is enlarged to be drawn; 1 at both ends."""
        return self._drawn(self.picture(t), t)[0]

    def places(self, t: float) -> Float64[np.ndarray, "n 3"]:
        """Return where the points are drawn at a moment, in input units.

        The picture, moved and enlarged so that its middle and its size go straight from those of the input to those of
        the output: at both ends it is exactly that of the input, and of the output.
        """
        picture = self.picture(t)
        factor, middle, target = self._drawn(picture, t)
        return ((picture - middle) * factor + target) * self.scale + self.offset

    def unit_shares(self, t: float) -> tuple[int, Float32[np.ndarray, " n"], Float32[np.ndarray, " n"]]:
        """Return the step of a moment, the share of points at which each of its units is on, and where it switches."""
        step = min(int(self._held(t)), self.length - 1)
        k, part = self._between(t)
        first = int(np.searchsorted(self.moments, step))
        passage, place = self.passages[step], k - first
        if place >= len(passage.on) - 1:
            return step, passage.on[-1], np.zeros_like(passage.on[-1])
        on = (1.0 - np.float32(part)) * passage.on[place] + np.float32(part) * passage.on[place + 1]
        return step, on, passage.switching[place]

    def _held(self, t: float) -> float:
        return float(np.clip(t, 0.0, self.length))

    def _between(self, t: float) -> tuple[int, float]:
        """Return the moment before t, and the part of the way to the next."""
        t = self._held(t)
        k = min(int(np.searchsorted(self.moments, t, side="right")) - 1, len(self.moments) - 1)
        if k == len(self.moments) - 1:
            return k, 0.0
        part = (t - self.moments[k]) / (self.moments[k + 1] - self.moments[k])
        return k, float(part * part * (3.0 - 2.0 * part)) if self.is_phase[k] else float(part)

    def _drawn(self, picture: np.ndarray, t: float) -> tuple[float, np.ndarray, np.ndarray]:
        """Return the factor of a picture, its middle, and where that is drawn."""
        part = self._held(t) / self.length
        (first, small), (last, large) = self._ends
        middle, size = _place_and_size(picture)
        wanted = (1.0 - part) * small + part * large
        if part in (0.0, 1.0):  # exactly: the middle of float32 numbers is rounded
            return 1.0, middle, middle
        return (wanted / size if size > 0.0 else 1.0), middle, (1.0 - part) * first + part * last


def _place_and_size(picture: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the middle of points and their root mean square distance from it."""
    middle = picture.mean(0, dtype=np.float64)
    moved = picture - middle.astype(np.float32)
    return middle, float(np.sqrt(np.einsum("ni,ni->", moved, moved, dtype=np.float64) / max(len(picture), 1)))


def unfolding_report(made: Unfolding) -> dict[str, object]:
    """Return what there is to tell of an unfolding, as a report holds it."""
    steps = [
        {
            "bend": passage.bend or None,
            "determinant_sign": None if passage.determinant is None else passage.determinant[0],
            "determinant_log10": _finite(None if passage.determinant is None else passage.determinant[1]),
            "path_of_positive_determinant": passage.is_positive,
            "passes_flat": passage.passes_flat,
            "units": passage.on.shape[1],
            "moments": [round(float(t), 6) for t in _moments_within(made, k, len(passage.on))],
            "share_of_units_on": [float(f"{on.mean():.4g}") if len(on) else 0.0 for on in passage.on],
            "units_switching": [int((share > SWITCHES).sum()) for share in passage.switching],
        }
        for k, passage in enumerate(made.passages)
    ]
    layers = [
        {
            "width": mark.width,
            "part": mark.part,
            "variance_kept": mark.variance_kept,
            "drawn_scale": mark.drawn_scale,
            "patterns": mark.n_patterns,
            "overlapping_pairs": mark.overlaps,
        }
        for mark in made.marks
    ]
    return {
        "points": len(made.vertices),
        "triangles": len(made.faces),
        "code": made.code,
        "layers": layers,
        "steps": steps,
        "cell_edges": 0 if made.edges is None else len(made.edges.face),
        "cell_edges_of_steps": 0 if made.edges is None else made.edges.last + 1,
        "end_error": made.end_error,
        "seconds": made.seconds,
    }


def _moments_within(made: Unfolding, step: int, n: int) -> Float64[np.ndarray, " n"]:
    """Return the moments of a step at which its units are told."""
    first = int(np.searchsorted(made.moments, step))
    return made.moments[first : first + n]


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
