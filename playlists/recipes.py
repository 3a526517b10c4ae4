"""What a playlist is built from: a mood or a journey, a length and the knobs, as JSON and back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from library.queries import SOURCES
from moods.models import Mood

VERSION: Final = 1
"""Of the JSON form; a recipe written by a later release is refused rather than misread."""

MOODS: Final = tuple(mood.value for mood in Mood)
"""In the order of the columns of every array of probabilities."""

DAYPARTS: Final = (
    "weekday_morning",
    "weekday_day",
    "weekday_evening",
    "weekday_night",
    "weekend_morning",
    "weekend_day",
    "weekend_evening",
    "weekend_night",
)
"""Morning from 5, day from 11, evening from 17, night from 22; a night belongs to the day it began on."""

CERTAINTIES: Final = {"any": None, "known": 1.0, "sure": 0.22, "surest": 0.16}
"""How unsure valence and arousal may be, as the largest standard deviation; "any" takes unknown ones too."""

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 600
LONGEST_TRACKS, MOST_TRACKS = 200, 500
"""What a recipe may ask for, and what a list that was arranged by hand or asked for in minutes may hold."""
_MOST_NAMED = 500
LARGEST_ID = 2**63 - 1
"""What the database can hold; who asks may say more."""

BadWords = Promise | str


class BadRecipe(ValueError):
    """A recipe that cannot be meant: `field` names the value, `words` says what is wrong with it."""

    def __init__(self, field: str, words: BadWords) -> None:
        super().__init__(f"{field}: {words}")
        self.field = field
        self.words = words


@dataclass(frozen=True, slots=True)
class Recipe:
    """One playlist as asked for; raises BadRecipe on values that cannot be meant.

    `mood` None takes every mood; `start` makes it a journey from there to `mood`. Give `tracks` or
    `minutes`. `familiarity` 0 follows the mood, 1 the favourites; `discovery`, `forgotten` are shares
    0..1 and 0..0.5; `variety` 0..1.2 is how much is left to chance. `sources` are words of
    `library.queries.SOURCES`, none means all. `since` and `until` are days, both included, of plays.
    `daypart` is one of DAYPARTS, `certainty` one of CERTAINTIES. `explicit` None follows the
    listener's setting. `heard_at_least` counts listens. `tempo_*` are BPM; half and double count too.
    `without_*` and `genres` are row ids and names. `cap`, `gap`: see `playlists.selection.Request`.
    `renewal` is the share (0..1) that each refresh exchanges. `beyond` lets songs from beyond the library
    be among those of `discovery`. Tracks `apart` (row ids) are songs of their own, whatever they share with
    other releases.
    """

    mood: str | None = None
    start: str | None = None
    tracks: int | None = None
    minutes: int | None = None
    familiarity: float = 0.35
    discovery: float = 0.10
    forgotten: float = 0.10
    variety: float = 0.3
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    not_heard_days: int = 0
    heard_at_least: int = 0
    daypart: str = ""
    year_from: int | None = None
    year_to: int | None = None
    tempo_from: int | None = None
    tempo_to: int | None = None
    explicit: bool | None = None
    without_artists: tuple[int, ...] = ()
    without_tracks: tuple[int, ...] = ()
    genres: tuple[str, ...] = ()
    certainty: str = "any"
    cap: int = 2
    gap: int = 5
    renewal: float = 0.25
    beyond: bool = False
    apart: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check_moods(self)
        _check_length(self)
        _check_choices(self)
        for field, (low, high) in RANGES.items():
            _check_range(field, getattr(self, field), low=low, high=high)
        for first, last in _PAIRS:
            _check_order(self, first, last)

    @property
    def is_journey(self) -> bool:
        """Whether it leads from one mood to another."""
        return self.start is not None

    def as_json(self) -> dict[str, Any]:
        """A small dict of JSON types, without what is usual; `from_json` reads it back."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        changed = {name: value for name, value in told.items() if value != _USUAL[name]}
        return {"version": VERSION, **{name: _plain(value) for name, value in changed.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote, or what somebody sent; raises BadRecipe on anything else."""
        if not isinstance(stored, Mapping):
            raise BadRecipe("recipe", _("A recipe is an object with named values."))
        if stored.get("version", VERSION) != VERSION:
            raise BadRecipe("version", _("This recipe was written by another release."))
        return cls(**{name: _read(name, value) for name, value in stored.items() if name != "version"})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _check_moods(recipe: Recipe) -> None:
    for field in ("mood", "start"):
        mood = getattr(recipe, field)
        if mood is not None and mood not in MOODS:
            raise BadRecipe(field, _("There is no such mood."))
    if recipe.start is not None and recipe.mood is None:
        raise BadRecipe("mood", _("Say where the journey leads to."))
    if recipe.start is not None and recipe.start == recipe.mood:
        raise BadRecipe("start", _("A journey leads from one mood to another one."))


def _check_length(recipe: Recipe) -> None:
    if recipe.tracks is None and recipe.minutes is None:
        raise BadRecipe("minutes", _("Say how long it should be, in minutes or in tracks."))
    if recipe.tracks is not None and recipe.minutes is not None:
        raise BadRecipe("minutes", _("Give minutes or a number of tracks, not both."))


def _check_choices(recipe: Recipe) -> None:
    if set(recipe.sources) - SOURCES.keys():
        raise BadRecipe("sources", _("There is no such source of songs."))
    if recipe.daypart and recipe.daypart not in DAYPARTS:
        raise BadRecipe("daypart", _("There is no such time of day."))
    if recipe.certainty not in CERTAINTIES:
        raise BadRecipe("certainty", _("There is no such degree of certainty."))
    for field in ("without_artists", "without_tracks", "genres", "apart"):
        if len(getattr(recipe, field)) > _MOST_NAMED:
            raise BadRecipe(field, _("That is too many to name."))


def _check_range(field: str, value: float | None, *, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        words = _("This must lie between %(low)s and %(high)s.")
        raise BadRecipe(field, words % {"low": low, "high": high})


def _check_order(recipe: Recipe, first: str, last: str) -> None:
    low, high = getattr(recipe, first), getattr(recipe, last)
    if low is not None and high is not None and low > high:
        raise BadRecipe(last, _("This must not come before the beginning."))


def _read(name: str, value: Any) -> Any:
    """A JSON value as the recipe keeps it; what it means is checked by the recipe itself."""
    reader = _READERS.get(name)
    if reader is None:
        raise BadRecipe(name, _("A recipe has no such value."))
    if value is None:
        if _USUAL[name] is not None:
            raise BadRecipe(name, _("This must not be empty."))
        return None
    try:
        return reader(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRecipe(name, _("This is not the right kind of value.")) from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 100:
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise TypeError
    return int(value)


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _day(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(dict.fromkeys(_text(part) for part in value))


def _ids(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(dict.fromkeys(_id(part) for part in value))


def _id(value: Any) -> int:
    number = _whole(value)
    if not 0 < number <= LARGEST_ID:
        raise ValueError
    return number


_READERS: dict[str, Any] = {
    **dict.fromkeys(("mood", "start", "daypart", "certainty"), _text),
    **dict.fromkeys(("tracks", "minutes", "not_heard_days", "heard_at_least", "cap", "gap"), _whole),
    **dict.fromkeys(("year_from", "year_to", "tempo_from", "tempo_to"), _whole),
    **dict.fromkeys(("familiarity", "discovery", "forgotten", "variety", "renewal"), _share),
    **dict.fromkeys(("since", "until"), _day),
    **dict.fromkeys(("sources", "genres"), _texts),
    **dict.fromkeys(("without_artists", "without_tracks", "apart"), _ids),
    **dict.fromkeys(("explicit", "beyond"), _yes),
}

_USUAL: dict[str, Any] = {field.name: field.default for field in fields(Recipe)}

RANGES: dict[str, tuple[float, float]] = {
    "tracks": (1, LONGEST_TRACKS),
    "minutes": (SHORTEST_MINUTES, LONGEST_MINUTES),
    "familiarity": (0, 1),
    "discovery": (0, 1),
    "forgotten": (0, 0.5),
    "variety": (0, 1.2),
    "renewal": (0, 1),
    "not_heard_days": (0, 3650),
    "heard_at_least": (0, 1000),
    "year_from": (1900, 2100),
    "year_to": (1900, 2100),
    "tempo_from": (30, 300),
    "tempo_to": (30, 300),
    "cap": (1, 10),
    "gap": (0, 10),
}

_PAIRS = (("since", "until"), ("year_from", "year_to"), ("tempo_from", "tempo_to"))
