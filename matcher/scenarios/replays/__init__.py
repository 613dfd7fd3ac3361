"""A bundle run again: the same bytes, or what differs and whether it matters."""
