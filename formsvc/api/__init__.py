"""The versioned interface for programs."""
