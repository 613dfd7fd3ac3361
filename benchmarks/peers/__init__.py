"""The solvers that a user would reach for first, on the textbook model of a round."""
