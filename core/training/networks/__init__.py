"""Networks on a device: their layers, what makes them learn, and the numbers that they are made of."""
