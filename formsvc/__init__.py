"""formsvc: the documents of the missing-children protocols, completed, kept current, sealed and shared."""

__version__ = "0.1.0"
