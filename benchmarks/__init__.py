"""Made-up rounds up to the size of a country, and the solvers that the project is held against."""
