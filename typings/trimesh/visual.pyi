import numpy as np

class TextureVisuals:
    def __init__(self, uv: np.ndarray) -> None: ...
