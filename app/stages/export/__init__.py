"""The stage *Export*: results written into files that other programs read."""
