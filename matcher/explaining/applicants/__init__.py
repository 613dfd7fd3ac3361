"""Letters to applicants, which tell what is theirs to know."""
