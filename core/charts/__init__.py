"""Charts: encoder and decoder with a detail layer, and the disk charts that guide them."""
