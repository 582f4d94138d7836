"""Jobs of the window, how long they still take, works on whole files, and Ctrl+C."""
