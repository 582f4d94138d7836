"""The bench in the window: models by targets, and one model at work, large."""
