"""How a surface is made ready: what a user says of it, and what is changed of the surface itself."""
