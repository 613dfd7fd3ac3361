"""What could be changed to get a proposal funded, and by how little."""
