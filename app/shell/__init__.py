"""The window itself: its commands, menus, bars and dialogs, files, the log."""
