"""What whoever runs the service does: serve, back up, restore, make keys."""
