"""Who enters when a proposal is withdrawn or a pool drops out."""
