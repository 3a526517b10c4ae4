"""The share card of a month: which months there are, and what the card of one says."""

from datetime import UTC, date, datetime, time, timedelta

from django.template.defaultfilters import date as format_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from library.queries import most_played
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard
from moods.insights.local_time import EPOCH
from moods.insights.periods import PeriodMood, mood_between
from moods.pictures.states import STATES
from moods.sharing.card import Card, Share
from moods.wording import headline, mood_name, time_listened

SONGS = 8
"""More than a card shows: those whose letters it cannot draw are passed over."""
LEAST_SHARE = 0.005
MONTHS = 24


def shareable_months(heard: Heard) -> list[date]:
    """First days of the newest months with a play, newest first."""
    days = [EPOCH + timedelta(days=int(day)) for day in set(heard.hours.days.tolist())]
    return sorted({day.replace(day=1) for day in days}, reverse=True)[:MONTHS]


def card_of_month(user: User, heard: Heard, month: date, *, with_songs: bool) -> Card:
    """The card of the month that begins on `month`, by the listener's clock."""
    following = (month + timedelta(days=31)).replace(day=1)
    period = mood_between(heard.hours, month, following)
    bounds = [datetime.combine(day, time(), heard.zone).astimezone(UTC) for day in (month, following)]
    songs = most_played(user, since=bounds[0], before=bounds[1], count=SONGS) if with_songs else []
    return Card(
        month=format_date(month, "F Y"),
        headline=headline(period),
        petals=_petals(period),
        shares=_shares(period),
        numbers=_numbers(period),
        songs=tuple(f"{track.title} – {track.artist_name}" for track in songs),
        source=_("Plays and song titles from Spotify"),
    )


def _petals(period: PeriodMood) -> tuple[float, ...]:
    """Against the largest, as on Home, so that a mixed month is a flower too."""
    largest = max(period.shares[mood] for mood in MOODS)
    return tuple(period.shares[mood] / largest for mood in MOODS) if largest else ()


def _shares(period: PeriodMood) -> tuple[Share, ...]:
    """Largest first; unknown stands last, however large."""
    *moods, unknown = STATES
    ranked = [*sorted(moods, key=lambda state: -period.shares[state]), unknown]
    named = [Share(state, period.shares[state], mood_name(state)) for state in ranked]
    return tuple(share for share in named if share.share >= LEAST_SHARE)


def _numbers(period: PeriodMood) -> str:
    plays = ngettext("%(plays)s play", "%(plays)s plays", period.plays)
    counted = plays % {"plays": number_format(period.plays, force_grouping=True)}
    return f"{counted} · {time_listened(period.minutes)}"
