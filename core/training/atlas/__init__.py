"""Training of all charts of an atlas at once."""
