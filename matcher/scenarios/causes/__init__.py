"""Which change of the input caused which difference, by solving with some of them."""
