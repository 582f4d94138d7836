"""Pictures of a map between manifolds, without Qt."""
