"""The pages of the moods: each with its songs, its hours and its months."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import number_format
from django.utils.translation import ngettext

from accounts.models import User
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard
from moods.insights.periods import mood_between
from moods.insights.rhythm import when_heard
from moods.insights.songs import count_of_mood, mood_map, top_songs
from moods.insights.timeline import Step, timeline
from moods.overviews.lines import Line, lines_of_tracks
from moods.pictures import clock as clocks
from moods.pictures import history as histories
from moods.pictures import mood_map as maps
from moods.pictures.states import STATES
from moods.wording import MOOD_WORDS, mood_name, percent

CLOUDS = 30
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class MoodCard:
    """A mood in the index: its share of the last three months, and how many songs it has."""

    mood: str
    words: str
    share: str
    songs: str


@dataclass(frozen=True, slots=True)
class MoodPage:
    """One mood in a listener's library."""

    mood: str
    name: str
    words: str
    songs: str
    plays: str
    share: str
    top: list[Line]
    by_plays: bool
    clock: clocks.Clock
    history: histories.History
    map: maps.MoodMap
    has_plays: bool


def mood_cards(heard: Heard, *, today: date) -> list[MoodCard]:
    """All six moods, most heard lately first."""
    lately = mood_between(heard.hours, today - LATELY, today + timedelta(days=1))
    ranked = sorted(MOODS, key=lambda mood: -lately.shares[mood])
    return [
        MoodCard(
            mood=mood,
            words=str(MOOD_WORDS[mood]),
            share=percent(lately.shares[mood]) if lately.plays else "",
            songs=_songs(count_of_mood(heard, mood)[0]),
        )
        for mood in ranked
    ]


def mood_page(user: User, heard: Heard, mood: str, *, by_plays: bool, today: date) -> MoodPage:
    """The page of one mood; its songs by plays or by how much they are of it."""
    songs, plays = count_of_mood(heard, mood)
    lately = mood_between(heard.hours, today - LATELY, today + timedelta(days=1))
    found = top_songs(heard, mood, by_plays=by_plays)
    when = when_heard(heard, mood)
    words = ngettext("%(plays)s play", "%(plays)s plays", plays)
    return MoodPage(
        mood=mood,
        name=mood_name(mood),
        words=str(MOOD_WORDS[mood]),
        songs=_songs(songs),
        plays=words % {"plays": number_format(plays, force_grouping=True)},
        share=percent(lately.shares[mood]) if lately.plays else "–",
        top=lines_of_tracks(user, [song.track_id for song in found], mood=mood),
        by_plays=by_plays,
        clock=clocks.clock(when.plays.tolist(), moods=[[mood] * 24] * 7),
        history=_history(heard, mood, today=today),
        map=maps.mood_map(mood_map(heard, mood=mood), most_clouds=CLOUDS),
        has_plays=len(heard.listening) > 0,
    )


def _history(heard: Heard, mood: str, *, today: date) -> histories.History:
    """Plays that are likely of the mood, month by month."""
    found = timeline(heard, start=None, end=today + timedelta(days=1), step=Step.MONTH)
    of_mood = found.plays * found.shares[:, STATES.index(mood)]
    return histories.history(found.starts, plays=[round(plays) for plays in of_mood.tolist()])


def _songs(number: int) -> str:
    words = ngettext("%(songs)s song", "%(songs)s songs", number)
    return words % {"songs": number_format(number, force_grouping=True)}
