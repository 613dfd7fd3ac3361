"""Many variations of a round: draws and their bands, and steps along a budget or a target."""
