"""The stage *Surface*: what is read, and what it is."""
