"""The best plan and others solved beside it, which all claims rest on."""
