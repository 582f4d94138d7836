"""The window onto a project, and the command line."""
