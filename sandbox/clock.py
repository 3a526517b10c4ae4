"""The sandbox's clock: real time, shifted time, or a time that stands still until told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the sandbox what time it is; virtual as soon as a time has been set."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed
        self._shift = timedelta()

    def now(self) -> datetime:
        """The current moment, aware, in UTC."""
        if self._fixed is not None:
            return self._fixed
        return datetime.now(UTC) + self._shift

    def set(self, moment: datetime) -> None:
        """Stop the clock at a moment."""
        self._fixed = moment

    def advance(self, seconds: float) -> None:
        """Move the clock; a real clock keeps running from there."""
        if self._fixed is not None:
            self._fixed += timedelta(seconds=seconds)
            return
        self._shift += timedelta(seconds=seconds)


def parse_moment(text: str) -> datetime:
    """An aware UTC moment from ISO 8601 text; a text without an offset means UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def iso_seconds(moment: datetime) -> str:
    """As Spotify writes whole seconds, such as 2026-11-01T10:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(moment: datetime) -> str:
    """As Spotify writes `played_at`, such as 2026-11-22T21:14:03.123Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def unix_ms(moment: datetime) -> int:
    """Milliseconds since 1970, the unit of recently-played cursors."""
    return round(moment.timestamp() * 1000)
