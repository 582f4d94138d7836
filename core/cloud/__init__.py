"""From points to a surface: local fits chosen by held-out points, orientation, an implicit function, its zero set."""
