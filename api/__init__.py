"""The service: rounds, proposals and runs over HTTP, thin over `matcher`."""
