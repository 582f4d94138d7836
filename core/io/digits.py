"""The handwritten digits that come with the program: 1,797 images of 8 x 8 pixels."""

from core.data.source import Source
from core.data.table import Table

DIGITS = "digits"
"""What is opened by this name, where there is no such file."""


def digits() -> Source:
    """Return the digits: grey values from 0 to 16, and the digit that each is.

    Notes
    -----
    Alpaydin and Kaynak (1998), *Optical recognition of handwritten digits*, UCI Machine Learning Repository, the part
    that scikit-learn holds. It is what Budai has scikit-learn for, with the embeddings that it compares with.
    """
    from sklearn.datasets import load_digits  # takes a second: only where it is needed

    pixels, digit = load_digits(return_X_y=True)
    columns = tuple(f"pixel {row} {column}" for row in range(8) for column in range(8))
    table = Table(pixels, digit, columns, image_shape=(8, 8))
    return Source(DIGITS, DIGITS, table, None, (), (), 0.0)
