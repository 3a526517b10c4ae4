"""The genres of the invented music: which moods each one favours and how it tends to sound."""

from __future__ import annotations

from dataclasses import dataclass

MOODS = ("happy", "sad", "energetic", "calm", "angry", "romantic")

MOOD_POINTS: dict[str, tuple[float, float]] = {
    "happy": (0.82, 0.64),
    "sad": (0.22, 0.28),
    "energetic": (0.64, 0.90),
    "calm": (0.60, 0.18),
    "angry": (0.20, 0.86),
    "romantic": (0.70, 0.38),
}
"""The centre of each mood as (valence, arousal), both 0 to 1."""


@dataclass(frozen=True, slots=True)
class Genre:
    """How a genre leans: shifts are added to features of 0 to 1, tempo is in beats a minute."""

    name: str
    tags: tuple[str, ...]
    moods: tuple[int, int, int, int, int, int]
    acoustic: float
    dance: float
    speech: float
    instrumental: float
    tempo: float
    length_s: int = 210


GENRES = (
    Genre("indie pop", ("bedroom pop", "dream pop"), (4, 3, 2, 2, 0, 3), 0.0, 0.02, 0.05, 0.04, 116),
    Genre("pop", ("dance pop", "electropop"), (5, 2, 4, 1, 0, 3), -0.1, 0.08, 0.06, 0.01, 118, 195),
    Genre("folk", ("singer-songwriter", "indie folk"), (2, 4, 0, 4, 0, 3), 0.4, -0.08, 0.04, 0.06, 104),
    Genre("rock", ("alternative rock", "indie rock"), (3, 2, 4, 1, 3, 1), -0.2, -0.08, 0.06, 0.05, 126, 232),
    Genre("metal", ("metalcore", "doom metal"), (0, 2, 3, 0, 8, 0), -0.35, -0.2, 0.09, 0.06, 132, 268),
    Genre("punk", ("post-punk", "skate punk"), (2, 1, 4, 0, 5, 0), -0.3, -0.1, 0.08, 0.03, 158, 160),
    Genre("hip hop", ("rap", "boom bap"), (3, 2, 3, 2, 3, 1), -0.1, 0.2, 0.26, 0.02, 96, 190),
    Genre("r&b", ("neo soul", "soul"), (2, 3, 1, 2, 0, 5), 0.05, 0.1, 0.1, 0.02, 98, 222),
    Genre("electronic", ("house", "synthwave"), (3, 1, 5, 2, 1, 1), -0.25, 0.16, 0.05, 0.14, 124, 265),
    Genre("techno", ("minimal techno", "trance"), (1, 1, 7, 1, 2, 0), -0.35, 0.14, 0.05, 0.35, 132, 340),
    Genre("ambient", ("drone", "new age"), (0, 3, 0, 8, 0, 1), 0.35, -0.3, 0.04, 0.55, 88, 290),
    Genre("lo-fi", ("chillhop", "downtempo"), (2, 2, 0, 6, 0, 2), 0.25, 0.1, 0.06, 0.4, 82, 150),
    Genre("jazz", ("vocal jazz", "cool jazz"), (3, 2, 1, 4, 0, 3), 0.4, 0.0, 0.05, 0.2, 108, 282),
    Genre("classical", ("piano", "chamber music"), (1, 4, 1, 5, 0, 2), 0.5, -0.25, 0.04, 0.62, 96, 305),
    Genre("latin", ("reggaeton", "bolero"), (5, 1, 4, 1, 0, 4), 0.0, 0.2, 0.1, 0.01, 104, 205),
    Genre("country", ("americana", "bluegrass"), (4, 4, 2, 2, 0, 3), 0.2, 0.0, 0.04, 0.02, 112, 208),
    Genre("reggae", ("dub", "ska"), (5, 1, 2, 4, 0, 2), 0.05, 0.2, 0.1, 0.05, 88, 228),
    Genre("disco", ("funk", "nu-disco"), (6, 0, 5, 1, 0, 2), -0.15, 0.22, 0.06, 0.06, 118, 240),
)
