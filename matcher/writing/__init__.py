"""Rounds, results and reports as files."""
