"""Who may ask for what: keys, people with passwords, roles."""
