"""The command line, made from the rows of the stages."""
