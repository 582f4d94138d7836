"""Tables as points of R^D: their intrinsic dimension, embeddings in the plane, and what these keep."""
