"""What a listener may type on the settings page, made into clean values."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.hooks import Event
from accounts.services.preferences import Preferences
from accounts.services.tokens import READ, WRITE

TIME_ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def _zone_choices() -> list[tuple[str, str]]:
    named = [(zone, zone.replace("_", " ")) for zone in TIME_ZONES]
    return [("", str(_("The one of my browser"))), ("UTC", "UTC"), *named]


class PreferencesForm(forms.Form):
    """Time zone, language, and what counts."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_zone_choices,
        required=False,
        help_text=_("Your days, weeks and hours are drawn in it."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [("", str(_("The one of my browser"))), *settings.LANGUAGES],
        required=False,
    )
    allow_explicit = forms.BooleanField(label=_("Explicit songs may be in my playlists"), required=False)
    leave_out_incognito = forms.BooleanField(
        label=_("Leave out what I played in a private session"), required=False
    )
    use_corrections = forms.BooleanField(
        label=_("Learn from my corrections"),
        required=False,
        help_text=_("The moods you corrected also shift those of songs you did not correct."),
    )

    @classmethod
    def of(cls, user: User) -> "PreferencesForm":
        """The form with what the listener chose so far."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})

    def preferences(self) -> Preferences:
        """The clean choices."""
        return Preferences(**self.cleaned_data)


class TimeZoneForm(forms.Form):
    """The time zone a browser reports."""

    time_zone = forms.ChoiceField(choices=_zone_choices)


class TokenForm(forms.Form):
    """A new token: what for, what it may do, how long."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    access = forms.ChoiceField(
        label=_("It may"),
        choices=[(READ, _("read")), (f"{READ} {WRITE}", _("read and write"))],
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        coerce=int,
        initial=90,
    )

    def wanted(self) -> dict[str, Any]:
        """Name, scopes and life, as `make_token` takes them."""
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["access"].split(),
            "life": timedelta(days=self.cleaned_data["days"]),
        }


class WebhookForm(forms.Form):
    """A server of the listener's own that is told what happens."""

    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=[
            (Event.PLAYLIST_REFRESHED, _("a playlist was refreshed")),
            (Event.IMPORT_FINISHED, _("an import ended")),
            (Event.RECONNECT_NEEDED, _("Spotify must be connected again")),
        ],
        initial=Event.values,
        widget=forms.CheckboxSelectMultiple,
    )


class DeleteAccountForm(forms.Form):
    """The listener's own name, typed, so that nobody deletes an account by a slip."""

    name = forms.CharField(label=_("Type your name to confirm"), max_length=150)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs.update(autocomplete="off", autocapitalize="none")

    def clean_name(self) -> str:
        """The name, which must be the listener's."""
        name: str = self.cleaned_data["name"].strip()
        if name != self.user.get_username():
            raise forms.ValidationError(_("This is not your name here."))
        return name
