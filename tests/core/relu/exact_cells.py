"""The cells of a small network in rational arithmetic, by the plainest method there is."""

from fractions import Fraction
from itertools import pairwise


def exact_cells(network, domain):
    """Return a list of (pattern, corners): every unit's line cuts every cell it crosses; all numbers are fractions."""
    corners = [tuple(Fraction(float(x)) for x in corner) for corner in domain]
    forms = [[Fraction(1), Fraction(0), Fraction(0)], [Fraction(0), Fraction(1), Fraction(0)]]
    cells = [((), corners, forms)]
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        w = [[Fraction(float(x)) for x in row] for row in weight]
        b = [Fraction(float(x)) for x in bias]
        following = []
        for pattern, polygon, forms in cells:
            units = [
                [sum((w[u][s] * forms[s][k] for s in range(len(forms))), Fraction(0)) for k in range(3)]
                for u in range(len(b))
            ]
            for u, form in enumerate(units):
                form[2] += b[u]
            following += cut(pattern, polygon, units)
        cells = following
    return [(pattern, tidy(polygon)) for pattern, polygon, _ in cells]


def cut(pattern, polygon, units):
    """Cut one cell by the lines of a layer; return the parts with their patterns and forms behind the layer."""
    parts = [(pattern, polygon)]
    for form in units:
        finer = []
        for bits, corners in parts:
            values = [form[0] * x + form[1] * y + form[2] for x, y in corners]
            above, below = max(values) > 0, min(values) < 0
            if above and below:
                finer.append(((*bits, True), side(corners, values, 1)))
                finer.append(((*bits, False), side(corners, values, -1)))
            else:
                finer.append(((*bits, above), corners))
        parts = finer
    zero = [Fraction(0)] * 3
    return [
        (bits, corners, [form if on else zero for form, on in zip(units, bits[len(pattern) :], strict=True)])
        for bits, corners in parts
    ]


def side(corners, values, sign):
    """Return the part of a convex polygon where sign * value >= 0."""
    result = []
    for (p, v), (q, w) in pairwise([*zip(corners, values, strict=True), (corners[0], values[0])]):
        if sign * v >= 0:
            result.append(p)
        if v * w < 0:
            t = v / (v - w)
            result.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
    return result


def tidy(corners):
    """Remove repeated corners and those where the border goes straight on."""
    corners = [p for p, q in pairwise([*corners, corners[0]]) if p != q]
    kept = []
    for k, p in enumerate(corners):
        o, q = corners[k - 1], corners[(k + 1) % len(corners)]
        if (p[0] - o[0]) * (q[1] - p[1]) != (p[1] - o[1]) * (q[0] - p[0]):
            kept.append(p)
    return kept


def area(corners):
    """Return the area of a polygon."""
    return sum((p[0] * q[1] - p[1] * q[0] for p, q in pairwise([*corners, corners[0]])), Fraction(0)) / 2
