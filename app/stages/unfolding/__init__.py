"""The stage *Unfold*: the way of a surface through its networks, from input to code to output, as a movement."""
