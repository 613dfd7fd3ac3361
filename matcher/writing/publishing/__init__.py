"""What a round awarded, as open data for everybody: 360Giving and IATI."""
