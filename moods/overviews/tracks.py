"""The Tracks page: the whole library, searched, narrowed, sorted, page by page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.template.defaultfilters import date as format_date
from django.utils.translation import gettext as _

from accounts.models import User
from library.models import Artist
from library.queries import artist_in_library, library_of
from moods.insights.heard import heard_by
from moods.insights.local_time import zone_named
from moods.insights.songs import songs_sounding
from moods.insights.timeline import Step, period_from
from moods.overviews.lines import Line, lines_of_library
from moods.paging import SORTS, Place, page_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the listener asked to see, already clean."""

    search: str = ""
    mood: str = ""
    source: str = ""
    artist: int | None = None
    since: date | None = None
    until: date | None = None
    sort: str = "plays"
    place: str = ""


@dataclass(frozen=True, slots=True)
class TracksPage:
    """A page of the library; `is_narrowed` tells an empty library from an empty result."""

    lines: list[Line]
    previous: str
    next: str
    artist: Artist | None
    period: str
    is_narrowed: bool
    query: str

    @property
    def previous_url(self) -> str:
        """Address of the page before, or nothing."""
        return f"?{self.query}&page={self.previous}" if self.previous else ""

    @property
    def next_url(self) -> str:
        """Address of the next page, or nothing."""
        return f"?{self.query}&page={self.next}" if self.next else ""


def tracks_page(user: User, wanted: Wanted, *, query: str = "") -> TracksPage:
    """The page that was asked for; `query` is what its neighbours' addresses keep."""
    zone = zone_named(user.time_zone)
    artist = artist_in_library(user, wanted.artist) if wanted.artist else None
    tracks = library_of(
        user,
        search=wanted.search,
        source=wanted.source,
        artist=artist,
        since=_midnight(wanted.since, zone),
        before=_midnight(wanted.until + timedelta(days=1) if wanted.until else None, zone),
    )
    only = songs_sounding(heard_by(user), wanted.mood) if wanted.mood else None
    sort = SORTS[wanted.sort]
    page = page_of(tracks, sort, place=Place.from_text(wanted.place, sort), only=only)
    return TracksPage(
        lines=lines_of_library(user, page.rows, mood=wanted.mood),
        previous=page.previous,
        next=page.next,
        artist=artist,
        period=_period(wanted),
        is_narrowed=wanted != Wanted(sort=wanted.sort, place=wanted.place),
        query=query,
    )


def period_of(day: date, step: Step) -> tuple[date, date]:
    """The first and the last day of the period that a picture's mark stands for."""
    start, end = period_from(day, step)
    return start, end - timedelta(days=1)


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=zone)


def _period(wanted: Wanted) -> str:
    ends = {"since": format_date(wanted.since), "until": format_date(wanted.until)}
    if wanted.since and wanted.until:
        return ends["since"] if wanted.since == wanted.until else _("%(since)s to %(until)s") % ends
    if wanted.since:
        return _("since %(since)s") % ends
    return _("until %(until)s") % ends if wanted.until else ""
