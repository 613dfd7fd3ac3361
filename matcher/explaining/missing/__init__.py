"""Which missing facts would change the most."""
