"""The stage *Transport*: the disk moved until areas are true."""
