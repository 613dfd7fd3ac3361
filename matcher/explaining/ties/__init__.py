"""Which proposals are funded in all, some or none of the best plans."""
