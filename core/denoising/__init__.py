"""Denoising: noisy points brought back onto the image of the decoder."""
