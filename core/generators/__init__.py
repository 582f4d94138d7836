"""Points of known shape and dimension, to try methods on."""
