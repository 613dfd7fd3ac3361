"""What the rule packs of a round say of its pairs, array-wise, and why."""
