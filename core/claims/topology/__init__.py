"""What networks can do to the topology of data."""
