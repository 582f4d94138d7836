"""The methods of denoising, and what is said of them."""

from typing import NamedTuple


class Method(NamedTuple):
    """What is said of a method.

    Parameters
    ----------
    title : str
        Its name in a form or a table.
    about : str
        What it does, in a report.
    """

    title: str
    about: str


METHOD_TABLE = {
    "projection": Method("Projection", "orthogonal projection onto the exact image of the decoder"),
    "expected_position": Method(
        "Expected position", "exact projection of the mean of all places that each point may come from"
    ),
    "encode_decode": Method("One pass", "one pass, decode(encode(x))"),
    "denoising_encoder": Method("Denoising encoder", "one pass through an encoder trained on noise"),
    "moving_least_squares": Method("Moving least squares", "moving least squares"),
    "laplacian": Method("Laplacian", "Laplacian smoothing"),
}
"""Every method by its key; the first is what is taken by default."""
METHODS = tuple(METHOD_TABLE)
