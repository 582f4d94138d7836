"""Atlases: a surface cut into disks, the overlap of their charts, and the weights that join them again."""
