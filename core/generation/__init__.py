"""Generation: new points from the latent disk, and walks between codes."""
