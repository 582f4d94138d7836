"""The stage *Generate*: new points of a learned surface, and walks between two codes."""
