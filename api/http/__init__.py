"""How requests are taken and answered: one transaction each, problems, lists, edits."""
