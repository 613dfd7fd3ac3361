"""A result audited: its order, its concentration, and whom it serves."""
