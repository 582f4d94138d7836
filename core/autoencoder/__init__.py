"""Encoder, decoder and the disk charts that guide them."""
