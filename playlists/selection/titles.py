"""Turns song titles into keys that say which tracks are the same song, and which the same work.

A remaster, a mono mix or an explicit cut is the same song; a live take, a remix or an acoustic version is
another recording of the same work. Only words in brackets or after a dash are read as such marks, so "Live
and Let Die" stays whole.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from playlists.selection.arrays import Ints

_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_DASHES = re.compile(r"\s+[-\u2013\u2014]\s+")
_HAS_MARKS = re.compile(r"[(\[{]|\s[-\u2013\u2014]\s")
_NOISE = re.compile(r"[^\w]+")
_SAME_SONG = re.compile(
    r"\b(?:re-?master(?:ed)?|mono|stereo|explicit|clean|deluxe|feat|ft|featuring|with|bonus|anniversary"
    r"|(?:single|album|original) version|edition|digital|from)\b"
)
_OTHER_RECORDING = re.compile(
    r"\b(?:live|re-?mix(?:ed)?|mix|acoustic|instrumental|demo|unplugged|karaoke|cover|reprise|version|edit|session"
    r"|sessions|orchestral|a ?cappella|sped up|slowed|extended|dub|vip|rehearsal|take)\b"
)


class TitleKeys(NamedTuple):
    """Integer codes, shape (n,): equal codes mean the same song, or the same work. Valid within one call
    only.
    """

    song: Ints
    work: Ints


class _Parsed(NamedTuple):
    base: str
    versions: tuple[str, ...]


def work_title(title: str) -> str:
    """The title without any mark of its release or recording: one string per work of an artist."""
    return _parse(title).base


def song_title(title: str) -> str:
    """The title without release marks but with the recording's ("live", "remix"): one string per song of an
    artist.
    """
    return _song(_parse(title))


def work_keys(titles: Sequence[str], artists: Sequence[str]) -> TitleKeys:
    """Key n titles, each with the name of its primary artist. Raises ValueError when the lengths differ."""
    songs: dict[tuple[str, str], int] = {}
    works: dict[tuple[str, str], int] = {}
    names = {artist: _plain(artist) for artist in set(artists)}
    song, work = [], []
    for title, artist in zip(titles, artists, strict=True):
        name, parsed = names[artist], _parse(title)
        song.append(songs.setdefault((name, _song(parsed)), len(songs)))
        work.append(works.setdefault((name, parsed.base), len(works)))
    return TitleKeys(np.array(song, dtype=np.int64), np.array(work, dtype=np.int64))


def _song(parsed: _Parsed) -> str:
    return " | ".join((parsed.base, *parsed.versions))


def _parse(title: str) -> _Parsed:
    folded = unicodedata.normalize("NFKC", title).casefold()
    if not _HAS_MARKS.search(folded):
        # Three titles in four: what follows would find nothing, at three times the price.
        return _Parsed(_plain(folded) or folded.strip(), ())
    head, *tail = _DASHES.split(folded)
    marks = [*_BRACKETS.findall(head), *tail]
    kept = [mark for mark in marks if not _is_mark(mark)]
    base = _plain(" ".join((_BRACKETS.sub(" ", head), *kept)))
    if not base:
        return _Parsed(_plain(folded) or folded.strip(), ())
    return _Parsed(base, tuple(sorted(_plain(mark) for mark in marks if _is_recording(mark))))


def _is_mark(text: str) -> bool:
    return bool(_SAME_SONG.search(text) or _OTHER_RECORDING.search(text))


def _is_recording(text: str) -> bool:
    """Whether a mark names another recording; "single version" and "live with ..." need both lists."""
    return bool(_OTHER_RECORDING.search(_SAME_SONG.sub(" ", text)))


def _plain(text: str) -> str:
    return _NOISE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
