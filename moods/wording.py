"""Moods, comparisons and reasons in plain, translated words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moods.insights.periods import PeriodMood
from moods.insights.summary import Comparison
from moods.models import MainMood

_A_HAIR = 1e-9
"""Shares are sums of floating-point numbers."""

MOOD_NAMES: Mapping[str, Promise | str] = {
    MainMood.HAPPY: gettext_lazy("happy"),
    MainMood.SAD: gettext_lazy("sad"),
    MainMood.ENERGETIC: gettext_lazy("energetic"),
    MainMood.CALM: gettext_lazy("calm"),
    MainMood.ANGRY: gettext_lazy("angry"),
    MainMood.ROMANTIC: gettext_lazy("romantic"),
    MainMood.MIXED: gettext_lazy("mixed"),
    MainMood.UNKNOWN: gettext_lazy("unknown"),
}
"""Each state in lower case."""

MOOD_WORDS: Mapping[str, Promise | str] = {
    MainMood.HAPPY: gettext_lazy("Bright and light-hearted songs, the ones to open the windows to."),
    MainMood.SAD: gettext_lazy("Songs of longing, loss and rain, for when they are just right."),
    MainMood.ENERGETIC: gettext_lazy("Driving, loud and fast: songs that carry you."),
    MainMood.CALM: gettext_lazy("Quiet songs with room to breathe."),
    MainMood.ANGRY: gettext_lazy("Hard, dark and forceful songs, to let off steam."),
    MainMood.ROMANTIC: gettext_lazy("Warm and tender songs about two people."),
}
"""What each mood is, in a sentence."""

SOURCE_NAMES: Mapping[str, str] = {
    "reccobeats": "ReccoBeats",
    "lrclib": "LRCLIB",
    "musicbrainz": "MusicBrainz",
}
"""The sources as they call themselves."""

MOSTLY, CLOSE, LEANING, TOO_LITTLE = 0.5, 0.06, 0.3, 0.2
MATTERS, GENRE_MATTERS = 0.2, 0.4
"""Log-odds from which a part is worth a line; 0.4 is 1.5 times as likely. A faint genre only puzzles."""

_FEATURES: Mapping[str, Promise | str] = {
    "danceability": gettext_lazy("danceability"),
    "energy": gettext_lazy("energy"),
    "loudness": gettext_lazy("loudness"),
    "speechiness": gettext_lazy("spoken words"),
    "acousticness": gettext_lazy("acoustic sound"),
    "instrumentalness": gettext_lazy("lack of singing"),
    "liveness": gettext_lazy("sound of an audience"),
    "valence": gettext_lazy("brightness of sound"),
    "tempo": gettext_lazy("tempo"),
    "duration_ms": gettext_lazy("length"),
    "time_signature": gettext_lazy("beats to the bar"),
}
_DEGREES: Sequence[tuple[float, Promise | str]] = (
    (1.25, gettext_lazy("much higher than typical")),
    (0.5, gettext_lazy("higher than typical")),
    (-0.5, gettext_lazy("about typical")),
    (-1.25, gettext_lazy("lower than typical")),
    (float("-inf"), gettext_lazy("much lower than typical")),
)
_LENGTHS: Sequence[tuple[float, Promise | str]] = (
    (1.25, gettext_lazy("much longer than typical")),
    (0.5, gettext_lazy("longer than typical")),
    (-0.5, gettext_lazy("about typical")),
    (-1.25, gettext_lazy("shorter than typical")),
    (float("-inf"), gettext_lazy("much shorter than typical")),
)
_KEYS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_OTHER_PARTS: Mapping[str, Promise | str] = {
    "artist": gettext_lazy("how the artist's other songs sound"),
    "lyrics": gettext_lazy("the words of the song"),
    "title": gettext_lazy("the words of the title"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for a mood, or against it."""

    text: str
    speaks_for: bool


def mood_name(state: str) -> str:
    """The state's name, lower case."""
    return str(MOOD_NAMES.get(state, MOOD_NAMES[MainMood.UNKNOWN]))


def headline(period: PeriodMood) -> str:
    """A period's mood in a few words: "Mostly calm", "Calm and sad"."""
    if not period.plays:
        return _("Nothing heard yet")
    if period.known < TOO_LITTLE or not period.ranked:
        return _("Too early to tell")
    (first, share), *others = period.ranked
    if share >= MOSTLY:
        return _("Mostly %(mood)s") % {"mood": mood_name(first)}
    if others and share - others[0][1] < CLOSE:
        pair = {"first": mood_name(first), "second": mood_name(others[0][0])}
        return capfirst(_("%(first)s and %(second)s") % pair)
    if share >= LEANING:
        return _("Leaning %(mood)s") % {"mood": mood_name(first)}
    return _("A bit of everything")


def change(comparison: Comparison, *, more: str, less: str) -> str:
    """What moved against the period before; empty where nothing clearly did.

    `more` and `less` hold %(mood)s, %(now)s and %(before)s.
    """
    if not comparison.moved:
        return ""
    numbers = {
        "mood": mood_name(comparison.moved),
        "now": percent(comparison.now.shares[comparison.moved]),
        "before": percent(comparison.before.shares[comparison.moved]),
    }
    return (more if comparison.by > 0 else less) % numbers


def percent(share: float) -> str:
    """A share as whole percent: "34 %"; nothing but all is 100 %, and nothing but none is 0 %."""
    number = min(max(round(100 * share), 1), 99) if _A_HAIR < share < 1 - _A_HAIR else round(100 * share)
    return _("%(number)s %%") % {"number": number}


def time_listened(minutes: float) -> str:
    """Minutes in words, from an hour and a half on in whole hours: "35 hours"."""
    whole = round(minutes)
    if whole < 90:
        return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": whole}
    hours = round(minutes / 60)
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {
        "count": number_format(hours, force_grouping=True)
    }


def reasons(evidence: Mapping[str, Any]) -> list[Reason]:
    """What decided about a track, strongest first (`moods.services.classifying`); nothing if all is weak."""
    genres = [str(genre) for genre in evidence.get("genres", [])]
    return [
        Reason(capfirst(_part(str(name), value, z, genres=genres)), logit > 0)
        for name, value, logit, z in evidence.get("parts", [])
        if abs(logit) >= (GENRE_MATTERS if name == "genre" else MATTERS)
    ]


def _part(name: str, value: float | None, z: float | None, *, genres: Sequence[str]) -> str:
    if name == "genre":
        return _("genre: %(genres)s") % {"genres": ", ".join(genres)}
    if name in _OTHER_PARTS:
        return str(_OTHER_PARTS[name])
    if name == "mode" and value is not None:
        return _("major key") if value >= 0.5 else _("minor key")
    if name == "key" and value is not None:
        return _("in the key of %(key)s") % {"key": _KEYS[int(value)]}
    feature = str(_FEATURES.get(name, name))
    if value is None or z is None:
        return _("%(feature)s unknown") % {"feature": feature}
    words = {"feature": feature, "value": _value(name, value), "degree": _degree(name, z)}
    return _("%(feature)s %(value)s, %(degree)s") % words


def _value(name: str, value: float) -> str:
    if name == "tempo":
        return _("%(number)s beats a minute") % {"number": round(value)}
    if name == "loudness":
        return _("%(number)s dB") % {"number": round(value)}
    if name == "duration_ms":
        minutes, seconds = divmod(round(value / 1000), 60)
        return f"{minutes}:{seconds:02d}"
    return number_format(value, decimal_pos=0 if name == "time_signature" else 2)


def _degree(name: str, z: float) -> str:
    degrees = _LENGTHS if name == "duration_ms" else _DEGREES
    return str(next(words for bound, words in degrees if z >= bound))
