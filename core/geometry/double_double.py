"""Arithmetic with what rounding lost: error-free sums and products, and pairs of floats of twice the precision.

Dekker (1971), *Numer. Math.* 18; Knuth, *The Art of Computer Programming* 2, section 4.2.2.
"""

from numba import njit

_SPLITTER = 2.0**27 + 1.0


@njit(cache=True, nogil=True)
def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return the rounded sum and what rounding lost."""
    x = a + b
    virtual = x - a
    return x, (a - (x - virtual)) + (b - virtual)


@njit(cache=True, nogil=True)
def two_product(a: float, b: float) -> tuple[float, float]:
    """Return the rounded product and what rounding lost."""
    x = a * b
    c = _SPLITTER * a
    a_high = c - (c - a)
    a_low = a - a_high
    c = _SPLITTER * b
    b_high = c - (c - b)
    b_low = b - b_high
    return x, a_low * b_low - (((x - a_high * b_high) - a_low * b_high) - a_high * b_low)


@njit(cache=True, nogil=True)
def double_add(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return the sum of two double-doubles, to about 2^-104 of the larger."""
    x, low = two_sum(a, b)
    y, lower = two_sum(a_low, b_low)
    x, low = two_sum(x, low + y)
    return two_sum(x, low + lower)


@njit(cache=True, nogil=True)
def double_multiply(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Return the product of two double-doubles, to about 2^-102 of it."""
    x, low = two_product(a, b)
    return two_sum(x, low + (a * b_low + a_low * b))
