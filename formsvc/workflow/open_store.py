"""The store of an installation, for the surfaces."""

from formsvc.store.session import Store, open_store

__all__ = ["Store", "open_store"]
