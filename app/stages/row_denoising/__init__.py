"""The stage *Denoise* of tables: noisy rows brought back onto the decoded manifold."""
