"""Files: reading surfaces, writing results."""
