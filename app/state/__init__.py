"""What the window is about: the open project, what is picked, what the user prefers, and what can be done."""
