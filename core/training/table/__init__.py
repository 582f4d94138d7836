"""Learning tables: points of R^D, by autograd."""
