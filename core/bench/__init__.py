"""Generative models side by side: targets with the truth known, exact judges, and the matrix of both."""
