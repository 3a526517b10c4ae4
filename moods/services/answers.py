"""The row of a source's answer: what every kind of it carries."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar

from moods.models import LookUp, SourceRow
from moods.services.asking_again import after_failure, status_of
from moods.sources.types import Failed

R = TypeVar("R", bound=SourceRow)

ABOUT_THE_ANSWER = ("status", "source_ref", "matched_by", "fetched_at", "next_try_at", "attempts")


def rows_by_subject(model: type[R], *, subject: str, source: str, ids: Collection[int]) -> dict[int, R]:
    """What is stored of `source` on these tracks or artists; new rows where there is nothing yet."""
    stored = model._default_manager.filter(source=source, **{f"{subject}__in": ids})  # noqa: SLF001
    rows: dict[int, R] = {getattr(row, f"{subject}_id"): row for row in stored}
    for one in ids:
        if one not in rows:
            rows[one] = model(source=source, attempts=0, **{f"{subject}_id": one})
    return rows


def settle(row: SourceRow, *, status: LookUp, now: datetime, next_try_at: datetime | None = None) -> None:
    """Note that the source answered, well or not."""
    row.status, row.fetched_at, row.next_try_at, row.attempts = status, now, next_try_at, 0


def put_off(row: SourceRow, failure: Failed, *, now: datetime) -> None:
    """Note that the question failed; what an earlier answer said stays as it was."""
    row.attempts += 1
    row.next_try_at = after_failure(failure, attempts=row.attempts, now=now)
    if row.status != LookUp.HIT:
        row.status, row.fetched_at = status_of(failure), now


def write_rows(model: type[R], rows: Iterable[R], *, subject: str, fields: Collection[str]) -> None:
    """Insert or update the rows, one per track or artist and source."""
    model._default_manager.bulk_create(  # noqa: SLF001
        list(rows),
        update_conflicts=True,
        unique_fields=[subject, "source"],
        update_fields=[*ABOUT_THE_ANSWER, *fields],
    )


def as_values(scores: Any, version: str) -> dict[str, Any] | None:
    """Scores of a title as JSON with the version of what made them; None where it has no word."""
    return {"values": list(scores.values), "version": version} if scores else None
