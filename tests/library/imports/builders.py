"""Small downloads for tests, built record by record."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

from library.imports.download import Download, open_download
from library.imports.reading import Checkpoint, DownloadReader, MemberEnd
from library.imports.report import Report
from library.imports.rows import PlayRow, Precision, Row

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
AUDIO = "Streaming_History_Audio_2024_0.json"
TRACK_ID = "3NVWHqOWoYQyewSBO3g8Mt"
OTHER_ID = "7ouMYWpwJ422jRcDASZB7P"


def record(**changes: Any) -> dict[str, Any]:
    """A play of three minutes in the extended history."""
    return {
        "ts": "2024-05-01T10:00:00Z",
        "ms_played": 180_000,
        "master_metadata_track_name": "Quiet River",
        "master_metadata_album_artist_name": "Amber Quay",
        "master_metadata_album_album_name": "Low Water",
        "spotify_track_uri": f"spotify:track:{TRACK_ID}",
    } | changes


def account_record(**changes: Any) -> dict[str, Any]:
    """The same play in the small package."""
    return {
        "endTime": "2024-05-01 10:00",
        "artistName": "Amber Quay",
        "trackName": "Quiet River",
        "msPlayed": 180_000,
    } | changes


def play(**changes: Any) -> PlayRow:
    """The row that `record()` becomes."""
    values: dict[str, Any] = {
        "ended_at": datetime(2024, 5, 1, 10, 0, tzinfo=UTC),
        "ms_played": 180_000,
        "spotify_id": TRACK_ID,
        "title": "Quiet River",
        "artist": "Amber Quay",
        "album": "Low Water",
        "skipped": None,
        "shuffle": None,
        "offline": None,
        "incognito": False,
        "reason_start": None,
        "reason_end": None,
        "precision": Precision.SECOND,
    }
    return PlayRow(**(values | changes))


def plays(count: int) -> list[dict[str, Any]]:
    """That many plays, a quarter of an hour apart."""
    return [record(ts=f"2024-05-{1 + n // 96:02}T{n // 4 % 24:02}:{n % 4 * 15:02}:00Z") for n in range(count)]


def packed(files: dict[str, Any], **options: Any) -> bytes:
    """A ZIP of `files`, the same bytes each time; values that are not bytes are written as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(2026, 3, 1, 12, 0, 0))
            entry.compress_type = options.get("compression", zipfile.ZIP_DEFLATED)
            archive.writestr(entry, content if isinstance(content, bytes) else json.dumps(content))
    return out.getvalue()


def opened(content: Any, name: str = AUDIO) -> Download:
    """Open `content`, bytes or a list of records, as uploaded under `name`."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return open_download(io.BytesIO(raw), name)


def read(download: Download, *, incognito_out: bool = False, after: Checkpoint | None = None) -> list[Row]:
    """All rows of the download."""
    reader = DownloadReader(download, now=NOW, leaves_out_incognito=incognito_out)
    return [row for row in reader.rows(after=after) if isinstance(row, Row)]


def reported(download: Download) -> Report:
    """The report on the whole download."""
    report = Report()
    for row in DownloadReader(download, now=NOW, leaves_out_incognito=False).rows():
        if isinstance(row, MemberEnd):
            report.close(row.member, row.damage)
        else:
            report.add(row)
    return report


def told(report: Report) -> str:
    """A report as the corpus of poison writes its outcomes."""
    damages = [str(member.damage) for member in report.members.values() if member.damage]
    counts = sorted(f"{verdict} {count}" for verdict, count in report.verdicts.items())
    return f"{report.status}: {', '.join(damages) or '-'}; {', '.join(counts) or '-'}"


def verdicts(*records: dict[str, Any], name: str = AUDIO) -> list[str]:
    """The verdicts of `records` in one file."""
    return [str(row.reason or row.verdict) for row in read(opened(list(records), name))]
