"""LRCLIB: the words of a song by title and artist, checked to be the song that was asked for."""

import re
from collections.abc import Iterator
from datetime import timedelta

from moods.sources.asking import Asker, Pace, at_once
from moods.sources.matching import plain_title, same_artist, same_duration, same_title
from moods.sources.types import Blocked, Failed, Hit, Instrumental, LyricsText, Miss, Retry
from spotify.exchange import Limits
from spotify.fields import Fields, Unreadable, bool_at, int_at, text_at

MIN_SPACING = timedelta(seconds=1)
"""Least time between two requests of all processes together; never two at once."""

_LONGEST_WAIT = timedelta(minutes=15)
_LONGEST_DURATION_S = 3600
_LONGEST_TEXT = 20_000
_TIMESTAMP = re.compile(r"^(\s*\[[0-9]{1,3}:[0-9]{1,2}(?:[.:][0-9]{1,3})?\])+ ?", re.MULTILINE)

Answer = Hit[LyricsText] | Instrumental
"""A song that was found."""


class Lrclib:
    """The LRCLIB API, which needs no key but an honest user agent.

    It matches exactly but for case, accents and punctuation, so a song is asked for in up to three
    ways, `pace` being called before each. It is slow: 3 to 10 s are normal.
    """

    def __init__(self, base_url: str, user_agent: str, *, pace: Pace = at_once) -> None:
        self._asker = Asker(
            base_url=base_url,
            user_agent=user_agent,
            limits=Limits(connect_s=5, total_s=30),
            longest_wait=_LONGEST_WAIT,
            pace=pace,
        )

    def lyrics(
        self, *, title: str, artist: str, album: str | None, duration_ms: int | None
    ) -> Answer | Miss | Retry | Blocked:
        """Look up one song by its title as listed and its first artist.

        Blocked (status 403) means that the operator of LRCLIB refuses this product.
        """
        duration_s = _seconds(duration_ms)
        for query in _queries(title=title, artist=artist, album=album, duration_s=duration_s):
            answer = self._asker.ask("get", query)
            if isinstance(answer, Failed):
                return answer
            found = None if answer is None else _found(answer, query=query)
            if found is not None:
                return found
        return Miss()


def _queries(
    *, title: str, artist: str, album: str | None, duration_s: int | None
) -> Iterator[dict[str, str]]:
    """Yield the plain title with album, without album, then the title as listed if it differs.

    The album solves half to three quarters of all songs, leaving it out a sixth more; searching
    beyond that mostly finds other songs.
    """
    base = {"artist_name": artist, "track_name": plain_title(title)}
    if duration_s is not None:
        base["duration"] = str(duration_s)
    if album:
        yield base | {"album_name": album}
    yield base
    if base["track_name"] != title:
        yield base | {"track_name": title}


def _seconds(duration_ms: int | None) -> int | None:
    if duration_ms is None:
        return None
    seconds = round(duration_ms / 1000)
    return seconds if 1 <= seconds <= _LONGEST_DURATION_S else None


def _found(answer: Fields, *, query: dict[str, str]) -> Answer | None:
    """Return what the answer holds; None when it is another song, unreadable or has no words."""
    try:
        return _song(answer) if _is_asked_for(answer, query=query) else None
    except Unreadable:
        return None


def _is_asked_for(answer: Fields, *, query: dict[str, str]) -> bool:
    asked_s = float(query["duration"]) if "duration" in query else None
    return (
        same_title(text_at(answer, "trackName") or "", query["track_name"])
        and same_artist(text_at(answer, "artistName") or "", query["artist_name"])
        and same_duration(_duration_s(answer), asked_s)
    )


def _song(answer: Fields) -> Answer | None:
    lrclib_id = int_at(answer, "id") or 0
    if bool_at(answer, "instrumental"):
        return Instrumental(lrclib_id=lrclib_id, duration_s=_duration_s(answer))
    text = _words(answer)
    if not text:
        return None
    return Hit(
        LyricsText(
            text=text,
            lrclib_id=lrclib_id,
            name=text_at(answer, "trackName") or "",
            artist=text_at(answer, "artistName") or "",
            duration_s=_duration_s(answer),
        )
    )


def _words(answer: Fields) -> str:
    """Return the plain words, or the timed ones without their times; "" if nobody gave any."""
    plain = text_at(answer, "plainLyrics") or ""
    timed = text_at(answer, "syncedLyrics") or ""
    words = plain if plain.strip() else _TIMESTAMP.sub("", timed)
    return words.strip()[:_LONGEST_TEXT]


def _duration_s(answer: Fields) -> float | None:
    value = answer.get("duration")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 10**6:
        return None
    return float(value)
