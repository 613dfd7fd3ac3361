"""The service under strain: killed at random, loaded, and its queue shared by several workers.

Each measurement starts the real programs on a throw-away database, on this machine alone.
"""
