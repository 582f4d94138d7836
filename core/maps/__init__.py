"""Maps between two learned manifolds: from the codes of one to those of the other, by pairs or by transport."""
