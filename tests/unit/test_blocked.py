"""Unit tests reach neither a network nor a database."""

from __future__ import annotations

import asyncio
import socket
import sqlite3

import psycopg
import pytest
import sqlalchemy

from tests.conftest import DatabaseBlocked


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
@pytest.mark.parametrize("host", ["127.0.0.1", "example.org"])
def test_unit_tests_have_no_network(host: str) -> None:
    """A connection is refused before a name is looked up or a packet sent."""
    with pytest.raises(RuntimeError, match="A test tried to use socket"):
        socket.create_connection((host, 9), timeout=1)


def test_unit_tests_have_no_database() -> None:
    """SQLite in memory, SQLite through SQLAlchemy and PostgreSQL are all refused."""
    with pytest.raises(DatabaseBlocked, match="tests/integration"):
        sqlite3.connect(":memory:")
    with pytest.raises(DatabaseBlocked):
        sqlalchemy.create_engine("sqlite://").connect()
    with pytest.raises(DatabaseBlocked):
        psycopg.connect("postgresql:///nobody")


def test_an_event_loop_still_runs() -> None:
    """What a program needs inside one machine, a pair of unix sockets, is left alone."""
    assert asyncio.run(asyncio.sleep(0, result="ran")) == "ran"
