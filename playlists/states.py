"""How a playlist is doing, in words."""

from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from playlists.models import Playlist
from playlists.problems import Problem, what_happened, what_to_do
from playlists.services.publishing import may_write

_STATES = Playlist.State


@dataclass(frozen=True, slots=True)
class State:
    """`line`: one line for a list. `title` and `text`: what is the matter, empty where nothing is.

    `is_working`: something is under way and soon done. `needs_care`: a person should look.
    """

    line: str
    title: str = ""
    text: str = ""
    is_working: bool = False
    needs_care: bool = False


def state_of(playlist: Playlist) -> State:
    """How it is doing."""
    if playlist.problem == Problem.CONSENT:
        return _being_saved() if may_write(playlist) else _troubled(playlist)
    if playlist.waits_until is not None:
        return _waiting(playlist)
    if playlist.state in {_STATES.FAILED, _STATES.GONE}:
        return _troubled(playlist)
    if playlist.state == _STATES.PUBLISHING:
        return _being_saved()
    where = _("On Spotify") if playlist.spotify_id else _("Saved here")
    if playlist.state == _STATES.EDITED:
        where = _("Changed on Spotify by hand")
    schedule = schedule_words(playlist)
    return State(f"{where} · {schedule}" if schedule else where)


def schedule_words(playlist: Playlist) -> str:
    """For instance "refreshes on Mondays at 6:00"; empty where it does not refresh by itself."""
    if playlist.schedule == Playlist.Schedule.NEVER:
        return ""
    if playlist.paused:
        return _("refreshing is paused")
    at = time_format(localtime().replace(hour=playlist.schedule_hour, minute=0), "TIME_FORMAT")
    if playlist.schedule == Playlist.Schedule.DAILY:
        return _("refreshes daily at %(time)s") % {"time": at}
    day = WEEKDAYS[playlist.schedule_weekday]
    return _("refreshes each %(weekday)s at %(time)s") % {"weekday": day, "time": at}


def _being_saved() -> State:
    return State(_("Being saved on Spotify …"), is_working=True)


def _troubled(playlist: Playlist) -> State:
    title = what_happened(playlist.problem)
    return State(title, title, what_to_do(playlist.problem), needs_care=True)


def _waiting(playlist: Playlist) -> State:
    assert playlist.waits_until is not None
    until = date_format(localtime(playlist.waits_until), "DATETIME_FORMAT")
    line = _("Waits for Spotify until %(until)s") % {"until": until}
    text = _("%(what_to_do)s Next try: %(until)s.") % {
        "what_to_do": what_to_do(playlist.problem),
        "until": until,
    }
    part = _("What is on Spotify so far: %(count)s songs.") % {"count": len(playlist.on_spotify)}
    is_partial = playlist.spotify_id and playlist.writing_version is not None
    return State(line, what_happened(playlist.problem), f"{text} {part}" if is_partial else text)
