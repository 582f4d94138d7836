"""Mathematics of Budai: pure functions on frozen values, without windows."""
