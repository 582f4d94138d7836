"""The stage *Cells*: every linear piece of the networks, exactly."""
