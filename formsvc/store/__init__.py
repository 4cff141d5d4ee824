"""SQLAlchemy lives here: tables, one session, one file of named queries per noun, migrations."""
