"""The way that a network takes its input to its output, layer by layer, as a movement that can be held anywhere."""
