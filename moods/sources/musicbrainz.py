"""MusicBrainz: genres of a recording by ISRC, and of its artists."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from moods.sources.asking import Asker, Pace, at_once
from moods.sources.types import (
    Blocked,
    CreditedArtist,
    Failed,
    Genre,
    Hit,
    Miss,
    Recording,
    Retry,
)
from spotify.exchange import Limits
from spotify.fields import Fields, Unreadable, fields_of, int_at, text_at

MIN_SPACING = timedelta(seconds=1)
"""Least time between two requests from one address; quicker ones are all answered with 503."""

_LONGEST_WAIT = timedelta(minutes=15)
_MOST_GENRES = 20


class MusicBrainz:
    """The MusicBrainz API, which needs no key but a user agent with a contact.

    Its genres are user tags under CC BY-NC-SA 3.0: credit them where they are shown.
    """

    def __init__(self, base_url: str, user_agent: str, *, pace: Pace = at_once) -> None:
        self._asker = Asker(
            base_url=base_url,
            user_agent=user_agent,
            limits=Limits(connect_s=5, total_s=20),
            longest_wait=_LONGEST_WAIT,
            pace=pace,
        )

    def recording(self, isrc: str) -> Hit[Recording] | Miss | Retry | Blocked:
        """Look up one ISRC: its recording, with the genres of all recordings that carry it.

        Raises ValueError for what is not an ISRC.
        """
        if not re.fullmatch(r"[A-Z0-9]{12}", isrc):
            raise ValueError("not an ISRC")
        # The client writes the spaces as the plus signs that MusicBrainz separates by.
        query = {"inc": "artist-credits tags genres", "fmt": "json"}
        answer = self._asker.ask(f"isrc/{isrc}", query)
        if answer is None:
            return Miss()
        if isinstance(answer, Failed):
            return answer
        recordings = _readable(answer.get("recordings"))
        if recordings is None:
            return Retry(after=None, reason="the answer has no recordings")
        found = [recording for recording in recordings if _mbid(recording)]
        return Hit(_recording(found)) if found else Miss()

    def artist_genres(self, mbid: str) -> Hit[tuple[Genre, ...]] | Miss | Retry | Blocked:
        """Look up the genres of one artist, most votes first; keep them, artists repeat.

        Raises ValueError for what is not a MusicBrainz id.
        """
        if not re.fullmatch(r"[0-9a-fA-F-]{36}", mbid):
            raise ValueError("not a MusicBrainz id")
        answer = self._asker.ask(f"artist/{mbid}", {"inc": "tags genres", "fmt": "json"})
        if answer is None:
            return Miss()
        if isinstance(answer, Failed):
            return answer
        return Hit(_genres([answer]))


def _readable(value: object) -> list[Fields] | None:
    """Return the objects of a list, None when it is no list."""
    if not isinstance(value, list):
        return None
    return [fields_of(row) for row in value if isinstance(row, dict)]


def _recording(recordings: list[Fields]) -> Recording:
    return Recording(
        mbid=_mbid(recordings[0]) or "",
        artists=_artists(recordings[0]),
        genres=_genres(recordings),
    )


def _artists(recording: Fields) -> tuple[CreditedArtist, ...]:
    credited = _readable(recording.get("artist-credit")) or []
    artists = _readable([credit.get("artist") for credit in credited]) or []
    identified = ((_mbid(artist), artist.get("name")) for artist in artists)
    return tuple(
        CreditedArtist(mbid=mbid, name=name if isinstance(name, str) else "")
        for mbid, name in identified
        if mbid
    )


def _genres(subjects: Iterable[Fields]) -> tuple[Genre, ...]:
    """Add up the votes for each genre; tags, which may be anything, only where no genre is."""
    subjects = list(subjects)
    votes = _votes(subjects, "genres") or _votes(subjects, "tags")
    ranked = sorted(votes.items(), key=lambda counted: (-counted[1], counted[0]))
    return tuple(Genre(name=name, votes=count) for name, count in ranked[:_MOST_GENRES])


def _votes(subjects: Iterable[Fields], kind: str) -> Counter[str]:
    votes: Counter[str] = Counter()
    for subject in subjects:
        for tag in _readable(subject.get(kind)) or []:
            with suppress(Unreadable):
                name = (text_at(tag, "name") or "").strip().lower()[:100]
                votes[name] += int_at(tag, "count") or 0
    # A tag that was voted down to nothing is not one.
    return Counter({name: count for name, count in votes.items() if name and count > 0})


def _mbid(subject: Fields) -> str | None:
    value = subject.get("id")
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F-]{36}", value) else None
