"""The routes, one file for each noun; they decide nothing about allocation."""
