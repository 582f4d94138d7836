"""Claims of the literature as cards: statement, knobs, a run, a figure, and a verdict that can come out false."""
