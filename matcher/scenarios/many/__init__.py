"""Many tasks on any executor, kept as they come."""
