"""The gallery of claims: tiles, and a page on each claim with its knobs, its figure and its verdict."""
