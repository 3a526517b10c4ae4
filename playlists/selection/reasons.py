"""Says why a song was chosen: the largest parts of its score that lie above the usual song's."""

from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Floats, median
from playlists.selection.candidates import DAY_S
from playlists.selection.prepared import Prepared
from playlists.selection.result import Reason, ReasonCode
from playlists.selection.scoring import Kind

SHOWN = 2
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Case:
    """One song to explain: its row, kind and match (None unknown), the mood it was matched to (None a point).

    `contributions` are its terms less the usual song's, by name, in nats.
    """

    row: int
    kind: Kind
    match: float | None
    mood: int | None
    contributions: dict[str, float]


def reasons(prepared: Prepared, case: Case, *, now: float, follows: Reason | None) -> tuple[Reason, ...]:
    """At most two causes that raised the score, the largest first; how it follows fills in where there are
    fewer.

    `now` is in epoch seconds.
    """
    found = []
    for name, contribution in case.contributions.items():
        cause = _CAUSES[name](prepared, case, now) if contribution > _LEAST else None
        if cause is not None:
            found.append(Reason(cause[0], contribution, cause[1]))
    found.sort(key=lambda reason: -reason.contribution)
    if follows is not None:
        found.append(follows)
    return tuple(found[:SHOWN])


def follows_well(costs: Floats) -> list[Reason | None]:
    """For each song the reason that it follows the one before more smoothly than is usual in the list.

    `costs` (n - 1,) are those of following; the first song, and those that do not, have none.
    """
    usual = median(costs)
    saved = [0.0, *(usual - costs).tolist()]
    return [
        Reason(ReasonCode.FOLLOWS_WELL, gain, {"cost": usual - gain}) if gain > _LEAST else None
        for gain in saved
    ]


_Cause = tuple[ReasonCode, dict[str, float]] | None


def _mood_cause(prepared: Prepared, case: Case, now: float) -> _Cause:
    if case.match is None:
        return None
    if case.mood is None or np.isnan(prepared.probabilities[case.mood][case.row]):
        return ReasonCode.NEAR_TARGET, {"closeness": case.match}
    return ReasonCode.LIKELY_MOOD, {"mood": case.mood, "probability": case.match}


def _taste_cause(prepared: Prepared, case: Case, now: float) -> _Cause:
    library, row = prepared.candidates, case.row
    if case.kind == Kind.NEW:
        heard = float(prepared.artist_heard[library.artist_id[row]])
        return (ReasonCode.ARTIST_PLAYED, {"songs": heard}) if heard else None
    days = max(0.0, now - float(library.last_listen_at[row])) / DAY_S
    code = ReasonCode.UNHEARD if case.kind == Kind.FORGOTTEN else ReasonCode.PLAYED
    return code, {"listens": float(library.listens[row]), "days": days}


def _finish_cause(prepared: Prepared, case: Case, now: float) -> _Cause:
    share = float(prepared.retention[case.row])
    if prepared.candidates.plays[case.row]:
        return ReasonCode.FINISHED, {"share": share}
    if prepared.artist_heard[prepared.candidates.artist_id[case.row]]:
        return ReasonCode.ARTIST_FINISHED, {"share": share}
    return None


_CAUSES = {"mood": _mood_cause, "taste": _taste_cause, "finish": _finish_cause}
