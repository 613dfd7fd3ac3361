"""What-ifs, sweeps and comparisons as one asks for them from Python."""
