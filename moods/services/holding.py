"""Keep two writers of moods from waiting for each other for ever."""

from django.db import connection

_MOODS = 0x6D6F6F64
"""Any number that nothing else uses: PostgreSQL's advisory locks are told apart by it."""


def hold_moods() -> None:
    """Wait until no other transaction writes moods; let go when this one ends.

    Enrichment and scoring each write many rows in an order of their own: without this PostgreSQL
    would end one of two as a deadlock. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MOODS])
