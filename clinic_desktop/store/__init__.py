"""The two encrypted SQLite files: open, migrations, journal, queries, backup."""
