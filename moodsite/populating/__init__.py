"""Made-up listeners in any number, the same ones each time, for measuring how Moodsite carries them."""

from datetime import datetime

import numpy as np

from moodsite.populating.catalogue import make_catalogue
from moodsite.populating.histories import make_listener

__all__ = ["populate"]

PLAYS_PER_TRACK = 12
"""How often a listener of many years has played a song on average."""

FEWEST_TRACKS = 50


def populate(
    *, users: int, plays: int, until: datetime, tracks: int | None = None, seed: int = 1
) -> dict[str, int]:
    """Write `users` listeners with `plays` plays each up to `until`, from one catalogue of `tracks`.

    Who and what is there already stays, so that the same call twice writes nothing the second time.
    What was written, by kind.
    """
    wanted = tracks or max(FEWEST_TRACKS, plays // PLAYS_PER_TRACK)
    counts, track_ids = make_catalogue(wanted, seed=seed, now=until)
    for number in range(users):
        rng = np.random.default_rng([seed, number])
        added = make_listener(number, track_ids=track_ids, plays=plays, until=until, rng=rng)
        counts["users"] += int(added is not None)
        counts["plays"] += added or 0
    return dict(counts)
