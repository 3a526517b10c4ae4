"""Counts the songs that a request could use, for showing while its knobs are turned."""

from dataclasses import dataclass
from datetime import datetime

from playlists.selection.arrays import Bools
from playlists.selection.building import as_prepared
from playlists.selection.candidates import Candidates
from playlists.selection.filtering import usable_rows
from playlists.selection.prepared import Prepared
from playlists.selection.request import Request
from playlists.selection.scoring import mood_fit


@dataclass(frozen=True, slots=True)
class Matching:
    """Songs past the filters (`usable`), and those of them that reach the floor for the aim (`matching`)."""

    usable: int
    matching: int


def count_matching(
    candidates: Candidates | Prepared, request: Request, *, now: datetime, eligible: Bools | None = None
) -> Matching:
    """How many songs a request has to choose from; for a journey `matching` counts those that match its aim.

    Arguments are those of `build`.
    """
    prepared, eligible = as_prepared(candidates, eligible)
    rows = usable_rows(prepared, request, now=now.timestamp(), eligible=eligible)
    fit = mood_fit(prepared, rows, aim=request.aim, tuning=request.tuning)
    return Matching(len(rows), int((fit.known & (fit.match >= request.tuning.floor)).sum()))
