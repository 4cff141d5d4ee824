"""What alembic runs: the migrations, on the connection and in the transaction it is handed."""

from alembic import context

from formsvc.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
