"""The sandbox's world: the catalogue and, for each listener, what was played, liked and collected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from heapq import merge
from itertools import islice

from sandbox.catalogue import NEWEST_RELEASE, Catalogue, Song, build_catalogue
from sandbox.clock import Clock
from sandbox.ids import fraction, spotify_id
from sandbox.listeners import LISTENERS, Listener
from sandbox.listening import Play, Schedule, schedule_of
from sandbox.shelves import Entry, Playlist, Shelves

WINDOW = 50
HISTORY_DAYS = 730
SCENE_DATE = datetime(NEWEST_RELEASE.year, 11, 1, tzinfo=UTC)
EDITORIAL_OWNER = "spotify"
_LIKES_SPAN_DAYS = 1_500
_ENTRIES_PER_PLAYLIST = 34


@dataclass(frozen=True, slots=True)
class Like:
    """A liked song and since when."""

    song: Song
    added_at: datetime


class World:
    """Everything that is true in the sandbox; not locked, callers see to that.

    The past is counted back from 1 November 2026, or from `clock` where that is earlier: it stays the same
    however late the sandbox is started, and what comes after is added by the same schedule. Spotify lists a
    play `lag` after its end.
    """

    def __init__(self, seed: int, clock: Clock, *, lag: timedelta = timedelta()) -> None:
        self.seed, self.clock, self._lag = seed, clock, lag
        self.anchor = min(clock.now(), SCENE_DATE)
        self.history_start = self.anchor - timedelta(days=HISTORY_DAYS)
        self._likes: dict[str, list[Like]] = {}
        self.changed_likes: set[str] = set()
        self.added_plays: dict[str, list[Play]] = {name: [] for name in LISTENERS}

    @property
    def catalogue(self) -> Catalogue:
        """All music, made when first asked for."""
        return build_catalogue(self.seed)

    def schedule(self, listener: str) -> Schedule:
        """The listener's fixed schedule."""
        return schedule_of(listener, self.seed)

    # Plays

    def add_play(self, listener: str, play: Play) -> None:
        """A play beside the schedule."""
        self.added_plays[listener].append(play)
        self.added_plays[listener].sort(key=lambda added: added.ended_at)

    def plays(self, listener: str) -> list[Play]:
        """All that was played until now, oldest first, skips included."""
        now = self.clock.now()
        added = (play for play in self.added_plays[listener] if play.ended_at <= now)
        scheduled = self.schedule(listener).between(self.history_start, now)
        return list(merge(scheduled, added, key=lambda play: play.ended_at))

    def recent_plays(self, listener: str) -> list[Play]:
        """The last 50 that Spotify would list, newest first: long enough, and visible by now."""
        now = self.clock.now()
        added = (play for play in reversed(self.added_plays[listener]) if play.ended_at <= now)
        scheduled = self.schedule(listener).newest_first(self.history_start, now)
        newest = merge(scheduled, added, key=lambda play: play.ended_at, reverse=True)
        return list(
            islice((play for play in newest if play.is_listed and play.visible_at + self._lag <= now), WINDOW)
        )

    def top_songs(self, listener: str, *, days: int) -> list[tuple[Song, int]]:
        """The most played songs of the last days, with their counts, most played first."""
        now = self.clock.now()
        counts: dict[Song, int] = {}
        for play in self.plays(listener):
            if play.is_listed and play.ended_at >= now - timedelta(days=days):
                counts[play.song] = counts.get(play.song, 0) + 1
        return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0].index))

    # Liked songs

    def likes(self, listener: str) -> list[Like]:
        """Liked songs, newest first. The list may be changed in place by `like` and `unlike`."""
        if listener not in self._likes:
            self._likes[listener] = self._first_likes(LISTENERS[listener])
        return self._likes[listener]

    def like(self, listener: str, song: Song) -> None:
        """Add a song to the top of the liked ones, once."""
        self.changed_likes.add(listener)
        self.unlike(listener, song)
        self.likes(listener).insert(0, Like(song, self.clock.now().replace(microsecond=0)))

    def unlike(self, listener: str, song: Song) -> None:
        """Take a song off the liked ones, if it is there."""
        self.changed_likes.add(listener)
        self.likes(listener)[:] = [like for like in self.likes(listener) if like.song.id != song.id]

    def restore_likes(self, listener: str, likes: list[Like]) -> None:
        """Put back liked songs as they were saved, newest first."""
        self.changed_likes.add(listener)
        self._likes[listener] = likes

    def _first_likes(self, listener: Listener) -> list[Like]:
        songs = list(self._likeable(listener))
        likes = [Like(song, self._liked_at(listener, song)) for song in songs]
        return sorted(likes, key=lambda like: (like.added_at, like.song.index), reverse=True)

    def _likeable(self, listener: Listener) -> Iterator[Song]:
        if listener.liked_count is not None:
            ranked = sorted(
                self.catalogue.songs, key=lambda song: fraction(self.seed, "collects", listener.id, song.id)
            )
            yield from ranked[: listener.liked_count]
            return
        for song in self.schedule(listener.id).pool:
            if fraction(self.seed, "likes", listener.id, song.id) < listener.liked_share:
                yield song

    def _liked_at(self, listener: Listener, song: Song) -> datetime:
        age_s = int(fraction(self.seed, "liked at", listener.id, song.id) * _LIKES_SPAN_DAYS * 86_400)
        return (self.anchor - timedelta(seconds=age_s)).replace(microsecond=0)

    # Playlists

    @cached_property
    def shelves(self) -> Shelves:
        """All playlists; the first ones are made when somebody first asks."""
        shelves = Shelves(self.seed)
        for listener in LISTENERS.values():
            self._make_first_playlists(shelves, listener)
        self._follow_one_another(shelves)
        return shelves

    def _make_first_playlists(self, shelves: Shelves, listener: Listener) -> None:
        for age, (name, mood) in enumerate(listener.playlists, start=1):
            created_at = (self.anchor - timedelta(days=97 * age)).replace(microsecond=0)
            playlist = shelves.create(listener.id, name, at=created_at)
            songs = [song for song in self.schedule(listener.id).pool if song.mood == mood][
                :_ENTRIES_PER_PLAYLIST
            ]
            playlist.replace([Entry(song.uri, created_at, listener.id) for song in songs])

    def _follow_one_another(self, shelves: Shelves) -> None:
        own = {name: [shelf for shelf in shelves.by_id.values() if shelf.owner == name] for name in LISTENERS}
        own["sam"][0].followers.append("noor")
        own["noor"][0].followers.append("sam")
        own["rosa"][0].followers += ["sam", "karl"]
        own["karl"][2].followers.append("rosa")
        own["rosa"][3].collaborative, own["rosa"][3].public = True, False
        own["rosa"][3].followers.append("sam")
        own["sam"][2].public = False
        _add_oddities(own["karl"][0])
        editorial = shelves.create(
            EDITORIAL_OWNER, "Invented Hits of Today", at=self.anchor - timedelta(days=900)
        )
        editorial.followers = ["sam"]


def _add_oddities(playlist: Playlist) -> None:
    """What old playlists hold beside songs: a local file, a podcast episode and a song that is gone."""
    added_at = playlist.created_at
    playlist.insert(
        [
            Entry("spotify:local:Ingrid+%26+Karl:Kitchen+tape:Waltz+for+two:184", added_at, playlist.owner),
            Entry(f"spotify:episode:{spotify_id('episode', 1)}", added_at, playlist.owner),
            Entry(None, None, None),
        ],
        position=5,
    )
