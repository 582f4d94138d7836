"""How the window looks and speaks: the theme, its stylesheet, translation."""
