"""Rounds and their tables: kept, checked, sent as a whole, taken from state to state."""
