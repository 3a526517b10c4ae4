"""The Home page: the mood now, over time, by place and hour, and what is going on."""

from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from library.models import HistoryImport
from library.queries import newest_plays
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard, heard_at
from moods.insights.local_time import day_number
from moods.insights.periods import PeriodMood, mood_between
from moods.insights.rhythm import calendar_days, clock, years_with_plays
from moods.insights.songs import Coverage, coverage, mood_map
from moods.insights.summary import Comparison, Summary, summary
from moods.insights.timeline import Step, timeline
from moods.overviews.keeping import keeping_of, kept
from moods.overviews.lines import Line, lines_of_plays
from moods.pictures import calendar as calendars
from moods.pictures import clock as clocks
from moods.pictures import mood_map as maps
from moods.pictures import timeline as timelines
from moods.pictures.fingerprint import Fingerprint, fingerprint
from moods.pictures.share_bar import ShareBar, share_bar
from moods.pictures.states import STATES
from moods.services.listener_moods import MoodKey
from moods.wording import change, headline, percent, time_listened

NEWEST = 12
CLOUDS = 60
"""More clouds than this hide each other; the outlines show all songs."""

RANGES: dict[str, tuple[timedelta | None, Step]] = {
    "month": (timedelta(days=31), Step.DAY),
    "season": (timedelta(days=92), Step.WEEK),
    "year": (timedelta(days=366), Step.WEEK),
    "all": (None, Step.MONTH),
}
"""How far back the picture over time can go, and in which steps."""

YOUNG = (("month", timedelta(days=31)), ("season", timedelta(days=92)))
"""Up to which age of the oldest play a range is the usual one: a year would be almost empty."""

USUAL_RANGE = "year"


@dataclass(frozen=True, slots=True)
class Now:
    """A period's mood in words and small pictures; `text` says what changed."""

    title: str
    text: str
    mood: str
    bloom: Fingerprint
    shares: ShareBar
    plays: str
    minutes: str
    has_plays: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything below the head of Home."""

    month: Now
    today: Now
    month_start: date
    coverage: Coverage
    coverage_text: str
    timeline: timelines.Timeline
    range: str
    step: Step
    map: maps.MoodMap
    clock: clocks.Clock
    newest: list[Line]
    has_plays: bool

    @property
    def known_percent(self) -> str:
        """How much of what is heard has a known mood; of the tracks, where nothing was heard."""
        return percent(self.coverage.share_of_plays if self.coverage.plays else self.coverage.share_of_tracks)

    @property
    def period_url(self) -> str:
        """Address before the first day of one of the picture's periods: its tracks."""
        return f"{reverse('tracks')}?{self.step.value}="


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """The little that Home must know before anything on it is drawn.

    `days`: how long ago the oldest play is. `mood`: the month's, for the colour of the page.
    """

    coverage: Coverage
    days: int
    mood: str

    @property
    def has_library(self) -> bool:
        """Whether there is any track."""
        return self.coverage.tracks > 0

    @property
    def usual_range(self) -> str:
        """The shortest of RANGES that holds all there is, a year at most."""
        return next((name for name, most in YOUNG if timedelta(self.days) <= most), USUAL_RANGE)


def home_facts(user: User, key: MoodKey, *, now: datetime) -> HomeFacts:
    """From where they are kept, so that a second visit reads nothing of the library."""

    def told() -> list[int | str]:
        heard = heard_at(user, key)
        month = summary(heard, now).month.now
        return [*astuple(coverage(heard)), _days_heard(heard, now), _mood_of(month)]

    keeping = keeping_of(user, key, now=now)
    *numbers, days, mood = kept(keeping, "home-facts", told, seconds=keeping.pictures_s)
    return HomeFacts(Coverage(*map(int, numbers)), int(days), str(mood))


def home_page(user: User, heard: Heard, *, now: datetime, chosen_range: str) -> HomePage:
    """The page as it is at `now`; `chosen_range` is one of RANGES."""
    found = summary(heard, now)
    today = now.astimezone(heard.zone).date()
    known = coverage(heard)
    back, step = RANGES[chosen_range]
    return HomePage(
        month=_month(found),
        today=_today(found),
        month_start=found.month.now.start,
        coverage=known,
        coverage_text=coverage_text(known),
        timeline=_timeline(heard, today=today, back=back, step=step),
        range=chosen_range,
        step=step,
        map=maps.mood_map(mood_map(heard), most_clouds=CLOUDS),
        clock=_clock(heard),
        newest=lines_of_plays(heard.moods, newest_plays(user, NEWEST)),
        has_plays=len(heard.listening) > 0,
    )


def lacks_history(user: User, facts: HomeFacts) -> bool:
    """Whether only the last plays that Spotify tells are here, and no download was ever brought."""
    is_young = timedelta(facts.days) <= YOUNG[0][1]
    return is_young and not HistoryImport.objects.for_user(user).exists()


def _days_heard(heard: Heard, now: datetime) -> int:
    days = heard.hours.days
    return day_number(now.date()) - int(days[0]) if len(days) else 0


@dataclass(frozen=True, slots=True)
class YearPage:
    """One year as a calendar, and the years there are."""

    year: int
    picture: calendars.Calendar
    years: list[int]
    mood: Now

    @property
    def options(self) -> list[tuple[int, str, str]]:
        """The years to choose from, each with its address."""
        return [(number, str(number), reverse("year", args=[number])) for number in self.years]


def year_page(heard: Heard, year: int) -> YearPage:
    """The calendar of a year."""
    period = mood_of_year(heard, year)
    return YearPage(
        year=year,
        picture=calendars.calendar(year, days=calendar_days(heard, year)),
        years=years_with_plays(heard),
        mood=_now(period, text=""),
    )


def mood_of_year(heard: Heard, year: int) -> PeriodMood:
    """The mood of a whole year."""
    return mood_between(heard.hours, date(year, 1, 1), date(year + 1, 1, 1))


def coverage_text(known: Coverage) -> str:
    """For instance "Mood known for 8,412 of 9,903 tracks, 91 % of plays"."""
    numbers = {
        "known": number_format(known.known_tracks, force_grouping=True),
        "tracks": number_format(known.tracks, force_grouping=True),
    }
    text = ngettext(
        "Mood known for %(known)s of %(tracks)s track",
        "Mood known for %(known)s of %(tracks)s tracks",
        known.tracks,
    )
    if not known.plays:
        return text % numbers
    return _("%(of_tracks)s, %(share)s of plays") % {
        "of_tracks": text % numbers,
        "share": percent(known.share_of_plays),
    }


def _month(found: Summary) -> Now:
    before = format_date(found.month.before.start, "F")
    more = _("More %(mood)s than in {month}: %(now)s of the time, before %(before)s.").format(month=before)
    less = _("Less %(mood)s than in {month}: %(now)s of the time, before %(before)s.").format(month=before)
    return _now(found.month.now, text=change(found.month, more=more, less=less) or _steady(found.month))


def _steady(month: Comparison) -> str:
    if not month.now.plays or not month.before.plays:
        return ""
    return _("Much like {month}.").format(month=format_date(month.before.start, "F"))


def _today(found: Summary) -> Now:
    more = _("More %(mood)s than in the week before: %(now)s of the time, before %(before)s.")
    less = _("Less %(mood)s than in the week before: %(now)s of the time, before %(before)s.")
    return _now(found.today.now, text=change(found.today, more=more, less=less))


def _now(period: PeriodMood, *, text: str) -> Now:
    shares = [period.shares[state] for state in STATES]
    largest = max((period.shares[mood] for mood in MOODS), default=0.0)
    # The largest petal fills its place, so that a mixed month is a flower too and not a bud.
    petals = [period.shares[mood] / largest if largest else float("nan") for mood in MOODS]
    plays = ngettext("%(plays)s play", "%(plays)s plays", period.plays)
    return Now(
        title=headline(period),
        text=text,
        mood=_mood_of(period),
        bloom=fingerprint(petals),
        shares=share_bar(shares),
        plays=plays % {"plays": number_format(period.plays, force_grouping=True)},
        minutes=time_listened(period.minutes),
        has_plays=period.plays > 0,
    )


def _mood_of(period: PeriodMood) -> str:
    return period.leading if period.ranked and period.plays else "mixed"


def _timeline(heard: Heard, *, today: date, back: timedelta | None, step: Step) -> timelines.Timeline:
    start = None if back is None else today - back
    found = timeline(heard, start=start, end=today + timedelta(days=1), step=step)
    return timelines.timeline(found.starts, shares=found.shares, plays=found.plays.tolist())


def _clock(heard: Heard) -> clocks.Clock:
    found = clock(heard)
    return clocks.clock(found.plays.tolist(), moods=found.moods)
