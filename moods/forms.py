"""What a listener may ask of the pages of moods, as clean values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext_lazy as _

from library.queries import SOURCES
from moods.insights.timeline import Step
from moods.models import MainMood, Mood
from moods.overviews.tracks import Wanted, period_of
from moods.paging import SORTS
from moods.sharing.card import Shape
from moods.wording import MOOD_NAMES

_SOURCES = {
    "liked": _("Liked songs"),
    "played": _("Played"),
    "top": _("Top lists"),
    "playlists": _("In my playlists"),
    "download": _("From my download"),
}
_SORTS = {
    "plays": _("Most played"),
    "recent": _("Played last"),
    "liked": _("Liked last"),
    "title": _("Title"),
}

_IN_OUR_TIME = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


class TracksForm(forms.Form):
    """How to narrow and sort the library. Days are the listener's own."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    mood = forms.ChoiceField(label=_("Mood"), required=False)
    source = forms.ChoiceField(label=_("From"), required=False)
    sort = forms.ChoiceField(label=_("Sort by"), required=False)
    artist = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    since = forms.DateField(label=_("Played since"), required=False, validators=_IN_OUR_TIME)
    until = forms.DateField(label=_("Played until"), required=False, validators=_IN_OUR_TIME)
    day = forms.DateField(required=False, validators=_IN_OUR_TIME, widget=forms.HiddenInput)
    week = forms.DateField(required=False, validators=_IN_OUR_TIME, widget=forms.HiddenInput)
    month = forms.DateField(required=False, validators=_IN_OUR_TIME, widget=forms.HiddenInput)
    page = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moods = [(state.value, MOOD_NAMES[state]) for state in MainMood]
        self._offer("mood", [("", _("any mood")), *moods])
        self._offer("source", [("", _("everywhere")), *((name, _SOURCES[name]) for name in SOURCES)])
        self._offer("sort", [(name, _SORTS[name]) for name in SORTS])
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def wanted(self) -> Wanted:
        """What was asked for; what makes no sense is left out."""
        self.full_clean()
        clean = self.cleaned_data
        since, until = _ends(clean)
        return Wanted(
            search=clean.get("q", "").replace("\0", ""),
            mood=clean.get("mood", ""),
            source=clean.get("source", ""),
            artist=clean.get("artist"),
            since=since,
            until=until,
            sort=clean.get("sort") or "plays",
            place=clean.get("page", ""),
        )

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # as declared above
        field.choices = choices


class CorrectionForm(forms.Form):
    """A listener's word on one mood of a track."""

    mood = forms.ChoiceField(choices=Mood.choices)
    applies = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)

    @property
    def said(self) -> tuple[Mood, bool]:
        """The mood, and whether the track is of it."""
        return Mood(self.cleaned_data["mood"]), self.cleaned_data["applies"] != "no"


def _ends(clean: dict[str, Any]) -> tuple[date | None, date | None]:
    for step in Step:
        if clean.get(step.value):
            return period_of(clean[step.value], step)
    return clean.get("since"), clean.get("until")


@dataclass(frozen=True, slots=True)
class WantedCard:
    """Which share card: first day of its month, whether songs are named, its shape."""

    month: date
    with_songs: bool
    shape: Shape

    @property
    def query(self) -> str:
        """For the address of its picture."""
        songs = {"songs": "on"} if self.with_songs else {}
        return urlencode({"month": self.month.isoformat(), "shape": self.shape.value, **songs})


class ShareForm(forms.Form):
    """What a share card shows."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    shape = forms.ChoiceField(
        label=_("Shape"),
        required=False,
        choices=[(Shape.PORTRAIT.value, _("Portrait, for stories")), (Shape.SQUARE.value, _("Square"))],
    )
    songs = forms.BooleanField(label=_("Name the songs I played most"), required=False)

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._months = {month.isoformat(): month for month in months}
        chosen = [(code, format_date(month, "F Y")) for code, month in self._months.items()]
        self.fields["month"].choices = chosen  # type: ignore[attr-defined]

    def wanted(self) -> WantedCard:
        """What was chosen; the newest month, in portrait, where it was nothing that there is."""
        self.is_valid()
        newest = next(iter(self._months.values()))
        return WantedCard(
            month=self._months.get(self.cleaned_data.get("month", ""), newest),
            with_songs=self.cleaned_data.get("songs", False),
            shape=Shape(self.cleaned_data.get("shape") or Shape.PORTRAIT),
        )
