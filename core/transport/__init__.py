"""Semi-discrete optimal transport in the disk."""
