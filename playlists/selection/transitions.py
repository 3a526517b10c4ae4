"""How far two songs are apart when one follows the other."""

import numpy as np

from playlists.selection.arrays import Floats, Ints
from playlists.selection.prepared import Prepared

SAME_ARTIST = 1.0
"""Added where both songs are of one artist."""

_UNKNOWN = 0.5
_TEMPO, _KEY, _ENERGY, _VALENCE = 0.20, 0.10, 0.45, 0.25
_FULL_TEMPO = float(np.log2(1.35))
_HALF_TIME = 0.08


def transition_costs(prepared: Prepared, rows: Ints) -> Floats:
    """Cost of following each row by each: 0 alike .. 1 far apart, plus `SAME_ARTIST`. Shape (m, m),
    symmetric.
    """
    costs = smoothness_costs(prepared, rows, rows)
    artists = prepared.candidates.artist_id[rows]
    costs += SAME_ARTIST * (artists[:, None] == artists)
    return costs


def smoothness_costs(prepared: Prepared, before: Ints, after: Ints) -> Floats:
    """Cost 0..1 of each row in `before` (m,) followed by each in `after` (k,), artists aside: (m, k)."""
    library = prepared.candidates
    arousal = _saturated(library.arousal, before, after, full=0.35)
    loudness = _saturated(library.loudness, before, after, full=8.0)
    valence = _saturated(library.valence, before, after, full=0.45)
    tempo = _tempo_distance(library.tempo[before], library.tempo[after])
    key = _key_distance(_camelot(prepared, before), _camelot(prepared, after))
    return _TEMPO * tempo + _KEY * key + _ENERGY * (0.6 * arousal + 0.4 * loudness) + _VALENCE * valence


def _saturated(column: Floats, before: Ints, after: Ints, *, full: float) -> Floats:
    distance = np.minimum(np.abs(column[before][:, None] - column[after]) / full, 1.0)
    return np.where(np.isnan(distance), _UNKNOWN, distance)


def _tempo_distance(before: Floats, after: Floats) -> Floats:
    """Octaves of tempo apart; half and double time count as near."""
    octaves = np.abs(np.log2(before)[:, None] - np.log2(after))
    octaves = np.minimum(octaves, np.abs(octaves - 1.0) + _HALF_TIME)
    return np.where(np.isnan(octaves), _UNKNOWN, np.minimum(octaves / _FULL_TEMPO, 1.0))


def _camelot(prepared: Prepared, rows: Ints) -> Floats:
    """Hour 0..11 on the Camelot wheel, plus 12 for major keys; NaN unknown."""
    key, mode = prepared.candidates.key[rows], prepared.candidates.mode[rows]
    hour = np.where(mode == 1, key * 7, (key + 3) * 7) % 12 + 12.0 * (mode == 1)
    return np.where((key < 0) | (mode < 0), np.nan, hour)


def _key_distance(before: Floats, after: Floats) -> Floats:
    """Steps round the wheel, one more between major and minor, over the longest way of seven."""
    steps = np.abs(before[:, None] % 12 - after % 12)
    steps = np.minimum(steps, 12 - steps) + ((before[:, None] >= 12) != (after >= 12))
    return np.where(np.isnan(steps), _UNKNOWN, steps / 7.0)
