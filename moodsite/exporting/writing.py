"""Write an export: a manifest, then each kind of row as JSON lines and as a table."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import msgspec
from django.db import transaction

from accounts.models import User
from accounts.services import Audited, record_audit
from jobs.kinds import Run
from moodsite.exporting.kinds import KINDS, Kind
from moodsite.exporting.parts import PartsWriter
from moodsite.models import Export
from playlists.exporting import harmless

FORMAT, VERSION = "moodsite-export", 1
MANIFEST, PROFILE = "moodsite.json", "profile.json"
ROWS_PER_FILE = 100_000
"""A file of so many rows stays far below what an import takes of one file."""

README = """This is everything that Moodsite knows of you.

moodsite.json   what this is, when it was made, how many rows of each kind there are
profile.json    your name here and your choices
data/           each kind of row as JSON, one row a line: upload the ZIP as it is on the Import
                page of any Moodsite to have it there
tables/         the same for a spreadsheet; a cell that a spreadsheet would calculate has a ' before it

No password, no token and no permission of Spotify is in it.
"""

_encoder = msgspec.json.Encoder()


def write_export(export: Export, *, run: Run, now: datetime) -> dict[str, int]:
    """Write the ZIP into the parts of `export`, from the start; the number of rows by kind.

    A kill leaves parts behind that the next attempt removes. The lease is kept with every part.
    """
    export.parts.all().delete()
    writer = PartsWriter(export, after_part=lambda size: run.checkpoint(bytes=size))
    counts = _write(export.user, writer, now=now)
    with transaction.atomic():
        writer.end()
        Export.objects.unready().filter(pk=export.pk).update(
            state=Export.State.READY, size=writer.size, counts=counts, finished_at=now
        )
        record_audit(Audited.EXPORTED, now=now, user=export.user, bytes=writer.size)
        run.checkpoint(bytes=writer.size)
    return counts


def _write(user: User, writer: PartsWriter, *, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    with zipfile.ZipFile(writer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("README.txt", README)
        archive.writestr(PROFILE, _encoder.encode(_profile(user)))
        for kind in KINDS:
            counts[kind.name] = _write_lines(archive, kind, user)
            _write_table(archive, kind, user)
        manifest = {"format": FORMAT, "version": VERSION, "made_at": now, "counts": counts}
        archive.writestr(MANIFEST, _encoder.encode(manifest))
    return counts


def _profile(user: User) -> dict[str, Any]:
    told = ("username", "time_zone", "language", "allow_explicit", "leave_out_incognito", "use_corrections")
    return {name: getattr(user, name) for name in (*told, "date_joined", "last_seen_at")}


def _write_lines(archive: zipfile.ZipFile, kind: Kind, user: User) -> int:
    """JSON lines in files of 100,000 rows; the number of rows."""
    count = 0
    rows = kind.values(user, kind.columns)
    for number, chunk in enumerate(_cut(rows), start=1):
        with archive.open(f"data/{kind.name}-{number:04}.jsonl", "w") as file:
            for row in chunk:
                file.write(_encoder.encode(dict(zip(kind.columns, row, strict=True))) + b"\n")
                count += 1
    return count


def _cut(rows: Iterator[tuple[Any, ...]]) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Runs of at most ROWS_PER_FILE rows; each must be used up before the next."""
    for first in rows:
        yield _run(first, rows)


def _run(first: tuple[Any, ...], rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield first
    for _, row in zip(range(ROWS_PER_FILE - 1), rows, strict=False):
        yield row


def _write_table(archive: zipfile.ZipFile, kind: Kind, user: User) -> None:
    columns = (*kind.columns, *kind.table)
    with archive.open(f"tables/{kind.name}.csv", "w", force_zip64=True) as file:
        _write_rows(file, columns, kind.values(user, columns))


def _write_rows(file: IO[bytes], columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(columns)
    for row in rows:
        table.writerow([harmless(_cell(value)) for value in row])
        if text.tell() > 64 * 1024:
            _empty(text, file)
    _empty(text, file)


def _empty(text: io.StringIO, file: IO[bytes]) -> None:
    file.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict | list):
        return _encoder.encode(value).decode()
    return value
