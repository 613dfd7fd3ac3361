"""Two results side by side, as tables, in words and on a page."""
