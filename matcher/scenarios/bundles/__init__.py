"""A result as one file with all that it was made from."""
