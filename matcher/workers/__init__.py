"""Processes of this machine that work side by side, and what they are sent once."""
