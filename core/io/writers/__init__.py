"""One writer a format or a result."""
