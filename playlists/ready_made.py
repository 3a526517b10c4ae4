"""Recipes to begin with."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playlists.recipes import Recipe


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A recipe with a name and a line about it; `mood` colours it."""

    key: str
    name: Promise | str
    text: Promise | str
    mood: str
    recipe: Recipe


READY_MADE: Final = (
    ReadyMade(
        "calm-evening",
        _("Calm evening"),
        _("An hour of quiet songs, mostly ones you know."),
        "calm",
        Recipe(mood="calm", minutes=60, familiarity=0.5),
    ),
    ReadyMade(
        "sad-songs-i-love",
        _("Sad songs I love"),
        _("The sad ones among your favourites."),
        "sad",
        Recipe(mood="sad", tracks=40, familiarity=0.9, discovery=0.0),
    ),
    ReadyMade(
        "wake-up",
        _("Wake up"),
        _("From calm to lively in half an hour."),
        "energetic",
        Recipe(start="calm", mood="energetic", minutes=30, familiarity=0.5, discovery=0.0),
    ),
    ReadyMade(
        "forgotten-favourites",
        _("Forgotten favourites"),
        _("What you once played a lot and have not heard for three months."),
        "mixed",
        Recipe(tracks=50, familiarity=0.9, discovery=0.0, forgotten=0.5, not_heard_days=90, heard_at_least=4),
    ),
    ReadyMade(
        "sad-to-happy",
        _("From sad to happy in 40 minutes"),
        _("Begins where you are and ends somewhere brighter."),
        "happy",
        Recipe(start="sad", mood="happy", minutes=40),
    ),
    ReadyMade(
        "run-at-170",
        _("Run at 170"),
        _("Lively songs whose beat fits 170 steps a minute."),
        "energetic",
        Recipe(mood="energetic", minutes=45, tempo_from=165, tempo_to=175),
    ),
)


def ready_made(key: str) -> ReadyMade | None:
    """The one called `key`, or None."""
    return next((one for one in READY_MADE if one.key == key), None)
