"""The PostgreSQL that integration tests meet is a real one."""

from __future__ import annotations

import sqlalchemy

from tests.postgres import Postgres


def test_every_database_is_fresh_and_real(postgres: Postgres) -> None:
    """Two databases of one server do not see each other's tables, and the server is PostgreSQL."""
    first, second = (sqlalchemy.create_engine(postgres.new_database()) for _ in range(2))
    with first.begin() as one:
        one.execute(sqlalchemy.text("CREATE TABLE only_here (id integer)"))
    assert sqlalchemy.inspect(first).get_table_names() == ["only_here"]
    assert sqlalchemy.inspect(second).get_table_names() == []
    assert first.dialect.server_version_info is not None
    assert first.dialect.server_version_info >= (18,)
    first.dispose()
    second.dispose()
