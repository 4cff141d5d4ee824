"""Recipients, tokens and routes."""
