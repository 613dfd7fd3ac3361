"""Results of runs: the tables of their files, as each role may see them."""
