"""Let songs from beyond the library come before those of the library that were never heard."""

import math
from datetime import datetime

from playlists.selection import Request, count_matching
from playlists.selection.arrays import Bools
from playlists.services.candidates import Library
from playlists.services.suggestions import is_from_beyond

USUAL_SONG_MS = 210_000


def beyond_first(library: Library, request: Request, eligible: Bools, *, now: datetime) -> Bools:
    """The rows to choose from, (n,): where enough songs from beyond fit, the other unheard ones step back.

    Their artists are unknown to the listener, so against songs of known artists they would never win.
    """
    beyond = is_from_beyond(library)
    if not beyond.any():
        return eligible
    fitting = count_matching(library.prepared, request, now=now, eligible=eligible & beyond)
    known_mood = request.start is None and request.aim.mood is not None
    if (fitting.matching if known_mood else fitting.usable) < _unheard_wanted(request):
        return eligible
    return eligible & (beyond | (library.prepared.candidates.listens > 0))


def _unheard_wanted(request: Request) -> int:
    songs = request.tracks or (request.minutes or 0) * 60_000 / USUAL_SONG_MS
    return math.ceil(request.discovery * songs)
