"""Pages of the fourth view that several stages build on."""
