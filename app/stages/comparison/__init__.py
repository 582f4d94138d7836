"""The stage *Compare*: a table embedded by other methods, distances between its classes, its dimension."""
