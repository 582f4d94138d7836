"""How many pieces a network of given widths can have, and what that says about a surface."""

from dataclasses import dataclass
from itertools import pairwise
from math import comb, log10


def arrangement_cells(dimension: int, n: int) -> int:
    """Return C(d, n), the greatest number of cells that n hyperplanes cut a space of dimension d into.

    Notes
    -----
    Lemma 4.4 of Lei, Luo, Yau and Gu (arXiv 1805.10451): the sum of the binomials (n, 0) to (n, d).

    Examples
    --------
    >>> arrangement_cells(2, 3)
    7
    """
    return sum(comb(n, i) for i in range(min(dimension, n) + 1))


def log10_bound_theorem(widths: tuple[int, ...]) -> float:
    """Return the decimal logarithm of the bound of theorem 4.5, as it stands there.

    Parameters
    ----------
    widths : tuple of int
        Sizes of input, hidden layers and output.

    Notes
    -----
    The product of C(w[i-1], w[i]) over all layers, the linear output layer included although it adds no piece
    (arXiv 1805.10451, theorem 4.5).

    Examples
    --------
    >>> round(log10_bound_theorem((2, 64, 64, 3)), 2)
    23.49
    """
    return sum(log10(arrangement_cells(a, b)) for a, b in pairwise(widths))


def log10_bound_dimension(widths: tuple[int, ...], dimension: int | None = None) -> float:
    """Return the decimal logarithm of a bound that knows that a map cannot raise the dimension.

    Parameters
    ----------
    widths : tuple of int
        Sizes of input, hidden layers and output.
    dimension : int, optional
        Dimension of what the network is restricted to; by default that of the input.

    Notes
    -----
    The product over the hidden layers of C(d[i], w[i]), d[i] being the least of the dimension and all widths before:
    on a cell of the layers before, the layer sees the affine image of a set of dimension d[i] at most, which its units
    cut with that many hyperplanes. The output layer is linear and cuts nothing.

    Examples
    --------
    >>> round(log10_bound_dimension((2, 64, 64, 3)), 2)
    6.64
    """
    rank, total = widths[0] if dimension is None else min(dimension, widths[0]), 0.0
    for width in widths[1:-1]:
        total += log10(arrangement_cells(rank, width))
        rank = min(rank, width)
    return total


@dataclass(frozen=True, eq=False)
class Capacity:
    """What an encoder could distinguish, what it does, and what the surface needs.

    Parameters
    ----------
    log10_bound_theorem, log10_bound_dimension : float
        Decimal logarithms of the two bounds of the encoder's pieces in space.
    cells_on_surface : int
        Cells of the encoder that meet the surface.
    needed_at_least, needed_at_most : int
        Bounds of the rectified linear complexity of the surface.
    """

    log10_bound_theorem: float
    log10_bound_dimension: float
    cells_on_surface: int
    needed_at_least: int
    needed_at_most: int

    @property
    def verdict(self) -> str:
        """The necessary condition of theorem 4.12 with its numbers, as one sentence."""
        need = f"between {self.needed_at_least:,} and {self.needed_at_most:,}"
        if self.cells_on_surface < self.needed_at_least:
            return (
                f"No encoding map: the encoder has {self.cells_on_surface:,} cells on the surface, and the surface "
                f"needs {need} linear charts."
            )
        return (
            f"The necessary condition holds: {self.cells_on_surface:,} cells of the encoder meet the surface, which "
            f"needs {need} linear charts; the architecture allows at most 10^{self.log10_bound_dimension:.1f} pieces."
        )
