"""Insert many rows in the quickest way that each database has."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

Values = tuple[Any, ...]


def insert_rows(model: type[models.Model], rows: Sequence[Values], *, columns: Sequence[str]) -> None:
    """Insert `rows`, values as the database takes them in the order of `columns`, into the table of `model`.

    No defaults are filled in and no conflict is passed over: an IntegrityError is the caller's
    mistake. COPY on PostgreSQL, one prepared statement elsewhere: `bench/import_history.py` compares
    both with `bulk_create`.
    """
    table, names = table_of(model), quoted(columns)
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({names}) FROM STDIN", rows)
        return
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places(columns)})", rows)  # noqa: S608


def insert_missing(model: type[models.Model], rows: Sequence[Values], *, columns: Sequence[str]) -> None:
    """The same, but rows that are there already, by any constraint, are passed over."""
    statement = (
        f"INSERT INTO {table_of(model)} ({quoted(columns)}) VALUES ({places(columns)}) "  # noqa: S608  # Our own names.
        "ON CONFLICT DO NOTHING"
    )
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def moment_taker() -> Callable[[datetime], Any]:
    """What makes of a moment in UTC the value that the database takes."""
    if connection.vendor == "sqlite":
        # The text that Django stores, without looking at its settings for each of 100,000.
        return lambda moment: str(moment)[: -len("+00:00")]
    return connection.ops.adapt_datetimefield_value


def table_of(model: type[models.Model]) -> str:
    """The quoted name of the table of `model`."""
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001  # Django's documented way


def quoted(columns: Sequence[str]) -> str:
    """The columns as they stand in a statement."""
    return ", ".join(connection.ops.quote_name(column) for column in columns)


def places(columns: Sequence[str]) -> str:
    """One place for a value per column."""
    return ", ".join(["%s"] * len(columns))


def _copy(statement: str, rows: Sequence[Values]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
