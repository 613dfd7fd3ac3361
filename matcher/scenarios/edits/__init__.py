"""Named edits of a round, and what one round says otherwise than another."""
