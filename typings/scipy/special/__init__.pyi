from typing import Any

from numpy.typing import ArrayLike

def chdtrc(v: ArrayLike, x: ArrayLike) -> Any: ...
