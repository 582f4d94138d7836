from typing import Any

import numpy as np
from numpy.typing import ArrayLike

def ive(v: ArrayLike, z: ArrayLike) -> np.ndarray: ...
def chdtrc(v: ArrayLike, x: ArrayLike) -> Any: ...
