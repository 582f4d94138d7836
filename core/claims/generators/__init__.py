"""Cards on generative models: what each family does, and where it fails."""
