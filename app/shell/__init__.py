"""The window itself: commands, menus, settings, theme, the open project."""
