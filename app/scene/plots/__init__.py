"""Pictures of claims: one layout, drawn by the window and written into files."""
