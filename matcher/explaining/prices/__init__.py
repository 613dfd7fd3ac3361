"""What money is worth, and what rules and exceptions cost in merit."""
