"""The five invented listeners: who they are, what they like and how their days and years go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.ids import spotify_id


@dataclass(frozen=True, slots=True)
class Session:
    """A habit: on these weekdays (0 is Monday), with this chance, some songs from about this local hour.

    `target` is the (valence, arousal) sought, `name` the occasion. From 24 on it is the next day.
    """

    weekdays: tuple[int, ...]
    chance: float
    hour: float
    songs: int
    target: tuple[float, float]
    name: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the year that moves the mood: from (month, day) to (month, day), both included.

    `year` None means every year. `shift` is added to valence and arousal, `amount` scales how much is played.
    """

    name: str
    start: tuple[int, int]
    stop: tuple[int, int]
    shift: tuple[float, float]
    amount: float = 1.0
    year: int | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in it; a phase may run over New Year."""
        if self.year is not None and day.year != self.year:
            return False
        place = (day.month, day.day)
        if self.start <= self.stop:
            return self.start <= place <= self.stop
        return place >= self.start or place <= self.stop


@dataclass(frozen=True, slots=True)
class Listener:
    """A person with a Spotify account in the sandbox; `utc_offset_h` is their clock, all year."""

    id: str
    display_name: str
    line: str
    utc_offset_h: int
    genres: dict[str, float]
    sessions: tuple[Session, ...] = ()
    phases: tuple[Phase, ...] = ()
    skip_share: float = 0.2
    liked_share: float = 0.4
    liked_count: int | None = None
    repertoire: int = 620
    playlists: tuple[tuple[str, str], ...] = ()
    has_picture: bool = True

    @property
    def account_id(self) -> str:
        """The pseudonymous id that Spotify asks apps to link accounts by."""
        return spotify_id("account", self.id)[:10]


_WORKDAYS, _WEEKEND, _DAILY = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
_HOLIDAYS = Phase("holidays", (12, 22), (1, 2), (0.14, -0.05), 1.2)

NOOR = Listener(
    "noor",
    "Noor",
    "Works nights: calm until dawn, loud on the way home. Two years of plays.",
    1,
    {
        "ambient": 5,
        "lo-fi": 5,
        "electronic": 3,
        "jazz": 2,
        "r&b": 2,
        "classical": 2,
        "techno": 1,
        "indie pop": 1,
    },
    (
        Session((0, 1, 2, 3, 6), 0.95, 22.3, 14, (0.58, 0.3), "ward rounds"),
        Session((0, 1, 2, 3, 6), 0.9, 26.5, 16, (0.5, 0.16), "small hours"),
        Session((0, 1, 2, 3, 6), 0.7, 30.2, 6, (0.66, 0.85), "way home"),
        Session((4, 5), 0.8, 17.0, 12, (0.7, 0.55), "days off"),
    ),
    (
        _HOLIDAYS,
        Phase("dark months", (11, 1), (2, 10), (-0.14, -0.04)),
        Phase("leave", (7, 10), (7, 28), (0.18, 0.12), 0.6),
    ),
    playlists=(
        ("Night shift", "calm"),
        ("Way home, loud", "energetic"),
        ("3 a.m.", "sad"),
        ("Sunday light", "happy"),
    ),
)
SAM = Listener(
    "sam",
    "Sam",
    "Student: parties, exam weeks, one long break-up. Two years of plays.",
    0,
    {
        "indie pop": 5,
        "pop": 4,
        "hip hop": 4,
        "rock": 3,
        "electronic": 3,
        "punk": 2,
        "lo-fi": 2,
        "disco": 2,
        "folk": 1,
    },
    (
        Session(_WORKDAYS, 0.85, 8.2, 7, (0.6, 0.55), "to lectures"),
        Session(_WORKDAYS, 0.6, 14.5, 12, (0.55, 0.35), "library"),
        Session((4, 5), 0.8, 21.5, 20, (0.78, 0.88), "party"),
        Session(_DAILY, 0.45, 23.0, 8, (0.45, 0.3), "late"),
    ),
    (
        Phase("winter exams", (1, 12), (2, 8), (-0.12, -0.22), 1.3),
        Phase("summer exams", (6, 1), (6, 24), (-0.1, -0.2), 1.3),
        Phase("break-up", (3, 3), (4, 6), (-0.38, -0.08), 1.5, 2026),
        Phase("festival", (7, 18), (8, 3), (0.2, 0.15), 1.4),
        _HOLIDAYS,
    ),
    skip_share=0.32,
    playlists=(
        ("kitchen disco", "happy"),
        ("exam brain", "calm"),
        ("do not text", "sad"),
        ("pre", "energetic"),
        ("crush??", "romantic"),
    ),
)
ROSA = Listener(
    "rosa",
    "Rosa",
    "Runs every other morning and trains for a marathon in autumn. Two years of plays.",
    1,
    {
        "techno": 4,
        "electronic": 4,
        "latin": 4,
        "rock": 3,
        "metal": 2,
        "disco": 3,
        "pop": 3,
        "country": 1,
        "folk": 1,
    },
    (
        Session((0, 2, 4, 6), 0.85, 6.4, 13, (0.66, 0.93), "run"),
        Session(_WORKDAYS, 0.5, 17.8, 8, (0.6, 0.5), "commute"),
        Session(_WEEKEND, 0.7, 11.0, 12, (0.74, 0.5), "kitchen"),
        Session((1, 3, 6), 0.5, 21.0, 7, (0.62, 0.22), "stretching"),
    ),
    (
        Phase("marathon block", (7, 15), (9, 30), (0.02, 0.1), 1.5),
        Phase("injury", (2, 5), (3, 1), (-0.28, -0.3), 0.6, 2026),
        Phase("sea", (8, 1), (8, 14), (0.15, -0.1)),
        _HOLIDAYS,
    ),
    skip_share=0.14,
    playlists=(
        ("10k", "energetic"),
        ("Intervals, no mercy", "angry"),
        ("Cool down", "calm"),
        ("Sunday kitchen", "happy"),
    ),
)
KARL = Listener(
    "karl",
    "Karl",
    "Collects: 8,000 liked songs and a taste for everything. Two years of plays.",
    1,
    {
        "jazz": 4,
        "classical": 3,
        "rock": 4,
        "folk": 4,
        "reggae": 2,
        "country": 2,
        "disco": 2,
        "metal": 2,
        "punk": 2,
        "r&b": 3,
        "ambient": 2,
        "latin": 2,
        "hip hop": 1,
        "electronic": 2,
        "indie pop": 2,
    },
    (
        Session(_DAILY, 0.75, 9.5, 9, (0.6, 0.4), "desk"),
        Session(_DAILY, 0.7, 19.5, 14, (0.6, 0.45), "record evening"),
        Session(_WEEKEND, 0.8, 15.0, 16, (0.64, 0.5), "crate digging"),
    ),
    (
        Phase("grey weeks", (11, 5), (12, 15), (-0.2, -0.1)),
        Phase("garden", (5, 1), (6, 20), (0.16, 0.05)),
        _HOLIDAYS,
    ),
    skip_share=0.1,
    liked_count=8_000,
    repertoire=1_800,
    playlists=(
        ("Car mix", "happy"),
        ("Sleeve notes", "calm"),
        ("Rain records", "sad"),
        ("For Ingrid", "romantic"),
        ("Loud ones", "angry"),
        ("Best of the boxes", "energetic"),
    ),
)
NINA = Listener(
    "nina",
    "Nina",
    "New here: an account made today, nothing played, nothing liked.",
    0,
    {},
    has_picture=False,
)
LISTENERS = {listener.id: listener for listener in (NOOR, SAM, ROSA, KARL, NINA)}
