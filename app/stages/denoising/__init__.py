"""The stage *Denoise*: noisy points brought back onto the surface."""
