"""Alembic migrations of the store; `formsvc.store.migrate` runs them."""
