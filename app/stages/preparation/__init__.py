"""The stage *Preparation*: one chart where the surface is a disk, else an atlas."""
