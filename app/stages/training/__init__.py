"""The stage *Training*: the map from the surface to a disk and back."""
