"""Runs: a queue in the database, and workers that each solve one in a process of its own.

A worker claims a run for a time, its lease, and keeps extending it. When it falls silent, another
takes the run over, and what the first still has to say is not heard (docs/decisions/0013).
"""
