"""Applicants: what they say of themselves and of their proposals, and where they stand."""
