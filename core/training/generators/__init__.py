"""Generative models of the literature, small, by autograd: what learns to make new points from a sample."""
