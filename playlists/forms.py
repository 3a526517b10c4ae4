"""Forms that turn what a listener chose into recipes, drafts and settings; they validate and do not act."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from moods.services.waiting import RECCOBEATS
from playlists.models import Playlist
from playlists.recipes import DAYPARTS, MOODS, BadRecipe, Recipe
from playlists.services.building import Draft
from playlists.wording import DAYPART_NAMES, MOOD_NAMES

Choices = list[tuple[str, Promise | str]]

_SHARES = ("familiarity", "discovery", "forgotten", "variety", "renewal")
_LENGTHS = ("minutes", "tracks")
_PLAIN = (
    *("sources", "since", "until", "daypart", "genres", "certainty", "cap", "gap"),
    *("not_heard_days", "heard_at_least", "year_from", "year_to", "tempo_from", "tempo_to"),
    *("without_artists", "without_tracks", "beyond", "apart"),
)

SOURCE_CHOICES: Choices = [
    ("liked", _("liked songs")),
    ("played", _("songs I played")),
    ("top", _("my top lists on Spotify")),
    ("playlists", _("my playlists on Spotify")),
    ("download", _("my Spotify download")),
]


def _named(names: Iterable[str], words: Any) -> Choices:
    return [(name, capfirst(words[name])) for name in names]


class NumbersField(forms.CharField):
    """Whole numbers with commas between; an empty text is none."""

    def clean(self, value: Any) -> tuple[int, ...]:
        """The numbers in order; raises ValidationError on anything else."""
        parts = [part for part in super().clean(value).split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("This list of songs cannot be read."))
        return tuple(int(part) for part in parts)


def _slider(*, most: int, label: Any, help_text: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"type": "range", "min": 0, "max": most, "step": 5})
    return forms.IntegerField(
        min_value=0, max_value=most, label=label, help_text=help_text, widget=widget, required=False
    )


def _number(low: int, high: int, *, label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(min_value=low, max_value=high, label=label, help_text=help_text, required=False)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class RecipeForm(forms.Form):
    """What a playlist is built from. `recipe()` is the recipe after `is_valid()`."""

    mood = forms.ChoiceField(
        label=_("How should it feel?"),
        required=False,
        choices=[("", _("any mood")), *_named(MOODS, MOOD_NAMES)],
    )
    start = forms.ChoiceField(
        label=_("Start from another mood?"),
        required=False,
        choices=[("", _("no, feel like that all the way")), *_named(MOODS, MOOD_NAMES)],
        help_text=_("A journey leads song by song from one mood to the other."),
    )
    unit = forms.ChoiceField(
        label=_("Measured in"),
        choices=[("minutes", _("minutes")), ("tracks", _("songs"))],
        widget=forms.RadioSelect,
    )
    length = forms.IntegerField(label=_("Length"), widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    familiarity = _slider(
        most=100, label=_("Your taste"), help_text=_("Left: the mood comes first. Right: your favourites do.")
    )
    discovery = _slider(
        most=100, label=_("Never heard"), help_text=_("Share of songs in your library that you never played.")
    )
    beyond = forms.BooleanField(
        label=_("Look beyond my library, too"),
        required=False,
        help_text=_(
            "Songs you never heard then come from elsewhere first: ReccoBeats is asked for songs like yours."
        ),
    )
    forgotten = _slider(
        most=50, label=_("Forgotten"), help_text=_("Share of old favourites, unheard for three months.")
    )
    variety = _slider(
        most=120, label=_("Chance"), help_text=_("How much is left to chance when you shuffle.")
    )
    renewal = _slider(
        most=100, label=_("Renewal"), help_text=_("Share of the songs that each refresh exchanges.")
    )
    sources = forms.MultipleChoiceField(
        label=_("Only from"),
        required=False,
        choices=SOURCE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: from all of them."),
    )
    since = _day(_("Played since"))
    until = _day(_("Played until"))
    daypart = forms.ChoiceField(
        label=_("As I hear them on"),
        required=False,
        choices=[("", _("any time")), *_named(DAYPARTS, DAYPART_NAMES)],
    )
    not_heard_days = _number(
        0, 3650, label=_("Not heard for … days"), help_text=_("Leaves fewer songs to choose from.")
    )
    heard_at_least = _number(0, 1000, label=_("Heard at least … times"))
    year_from = _number(1900, 2100, label=_("Released from"))
    year_to = _number(1900, 2100, label=_("Released until"))
    tempo_from = _number(
        30, 300, label=_("Beats per minute from"), help_text=_("Half and double the tempo fit too.")
    )
    tempo_to = _number(30, 300, label=_("Beats per minute to"))
    explicit = forms.ChoiceField(
        label=_("Explicit songs"),
        required=False,
        choices=[("", _("as in my settings")), ("yes", _("may be in it")), ("no", _("leave them out"))],
    )
    genres = forms.MultipleChoiceField(label=_("Only these genres"), required=False)
    without_artists = forms.TypedMultipleChoiceField(
        label=_("Without these artists"), required=False, coerce=int
    )
    without_further = NumbersField(required=False, widget=forms.HiddenInput)
    without_tracks = NumbersField(required=False, widget=forms.HiddenInput)
    apart = NumbersField(required=False, widget=forms.HiddenInput)
    certainty = forms.ChoiceField(
        label=_("How sure must the mood be?"),
        required=False,
        choices=[
            ("any", _("unknown moods may be in it")),
            ("known", _("it must be known")),
            ("sure", _("fairly sure")),
            ("surest", _("as sure as can be")),
        ],
    )
    cap = _number(1, 10, label=_("Songs by one artist, at most"))
    gap = _number(0, 10, label=_("Other songs between two by one artist"))

    advanced = (
        *("sources", "since", "until", "daypart", "not_heard_days", "heard_at_least"),
        *("year_from", "year_to", "tempo_from", "tempo_to", "explicit", "genres"),
        *("without_artists", "certainty", "cap", "gap"),
    )

    def __init__(
        self, *args: Any, genres: Iterable[str], artists: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["genres"]
        offered.choices = [(genre, genre) for genre in genres]
        named: Any = self.fields["without_artists"]
        named.choices = [(str(pk), name) for pk, name in artists]
        if RECCOBEATS not in settings.SOURCES:
            del self.fields["beyond"]
        for name in self.advanced:
            if name in {"genres", "without_artists"} and not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    @property
    def advanced_fields(self) -> list[forms.BoundField]:
        """Bound fields behind "More wishes"."""
        return [self[name] for name in self.advanced if name in self.fields]

    @property
    def beyond_field(self) -> forms.BoundField | None:
        """Bound field for songs from elsewhere; None on a site that has no source of them."""
        return self["beyond"] if "beyond" in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Make the recipe; what cannot be meant becomes the error of its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            cleaned["recipe"] = Recipe(**_recipe_values(cleaned))
        except BadRecipe as bad:
            field = "length" if bad.field in _LENGTHS else bad.field
            self.add_error(field if field in self.fields else None, str(bad.words))
        return cleaned

    def recipe(self) -> Recipe:
        """The recipe that was chosen."""
        chosen: Recipe = self.cleaned_data["recipe"]
        return chosen


def initial_of(recipe: Recipe, *, further: Iterable[int] = ()) -> dict[str, Any]:
    """A recipe as RecipeForm shows it; of the artists it leaves out, `further` are not offered there."""
    shown = {field.name: getattr(recipe, field.name) for field in fields(recipe)}
    shown |= {name: round(100 * shown[name]) for name in _SHARES}
    unit = "minutes" if recipe.minutes else "tracks"
    shown |= {"unit": unit, "length": shown[unit], "mood": recipe.mood or "", "start": recipe.start or ""}
    shown["explicit"] = {None: "", True: "yes", False: "no"}[recipe.explicit]
    shown["without_tracks"] = ",".join(str(track) for track in recipe.without_tracks)
    shown["without_further"] = ",".join(str(artist) for artist in further)
    return shown


def _recipe_values(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What RecipeForm took in, as a Recipe's arguments; what was left empty is as usual."""
    values = {name: cleaned[name] for name in _PLAIN if cleaned.get(name) not in (None, "", [], ())}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    values |= {name: cleaned[name] / 100 for name in _SHARES if cleaned.get(name) is not None}
    if further := cleaned["without_further"]:
        values["without_artists"] = (*values.get("without_artists", ()), *further)
    values |= {"mood": cleaned.get("mood") or None, "start": cleaned.get("start") or None}
    values["explicit"] = {"": None, "yes": True, "no": False}[cleaned.get("explicit", "")]
    values[cleaned["unit"]] = cleaned["length"]
    return values


class DraftForm(forms.Form):
    """What the listener made of a list by hand, carried along in hidden fields."""

    revision = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    shown = NumbersField(required=False, max_length=20_000)
    locked = NumbersField(required=False, max_length=20_000)
    dropped = NumbersField(required=False, max_length=20_000)

    def draft(self) -> Draft:
        """The draft; an unreadable one is a new one."""
        if not self.is_valid():
            return Draft()
        shown = tuple(dict.fromkeys(self.cleaned_data["shown"]))
        return Draft(
            revision=self.cleaned_data["revision"] or 0,
            shown=shown,
            locked=frozenset(self.cleaned_data["locked"]) & set(shown),
            dropped=frozenset(self.cleaned_data["dropped"]),
        )


class NameForm(forms.Form):
    """The name of a playlist to be; empty means a fitting one."""

    name = forms.CharField(max_length=100, required=False, label=_("Name"))


class DetailsForm(forms.Form):
    """Name and description of a playlist."""

    name = forms.CharField(max_length=100, label=_("Name"))
    description = forms.CharField(
        max_length=300,
        required=False,
        label=_("Description"),
        help_text=_("Left empty, it says what is in it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ScheduleForm(forms.Form):
    """When a playlist refreshes by itself."""

    schedule = forms.ChoiceField(
        label=_("Refresh it"),
        choices=[
            (Playlist.Schedule.NEVER, _("only when I say so")),
            (Playlist.Schedule.DAILY, _("every day")),
            (Playlist.Schedule.WEEKLY, _("every week")),
        ],
    )
    weekday = forms.TypedChoiceField(label=_("on"), coerce=int, choices=list(WEEKDAYS.items()))
    hour = forms.TypedChoiceField(
        label=_("at"), coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    paused = forms.BooleanField(label=_("Pause for now"), required=False)

    @classmethod
    def of(cls, playlist: Playlist) -> "ScheduleForm":
        """As the playlist has it."""
        return cls(
            initial={
                "schedule": playlist.schedule,
                "weekday": playlist.schedule_weekday,
                "hour": playlist.schedule_hour,
                "paused": playlist.paused,
            }
        )
