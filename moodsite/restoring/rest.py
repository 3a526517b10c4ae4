"""Put the rest of an export in place, in one transaction: likes, words about tracks, playlists."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.db.models import Manager, Model
from msgspec.structs import asdict

from accounts.models import User
from accounts.services.preferences import Preferences, take_choices
from library.models import Exclusion, Gap, SavedTrack
from moods.models import Correction
from moods.services.corrections import learn_again
from moodsite.exporting.writing import PROFILE
from moodsite.restoring.lines import (
    Archive,
    CorrectionLine,
    EntryLine,
    ExclusionLine,
    GapLine,
    PlaylistLine,
    RemovalLine,
    SavedLine,
    SuggestionLine,
    VersionLine,
)
from moodsite.restoring.naming import AT_ONCE, batches
from moodsite.restoring.words import sayable_note, sayable_reasons
from playlists.models import Entry, Playlist, Removal, Suggestion, Version
from playlists.recipes import BadRecipe, Recipe

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Rest:
    """What is read into whose account, and what its tracks and artists are here."""

    user: User
    archive: Archive
    tracks: Mapping[int, int]
    artists: Mapping[int, int]
    now: datetime

    def keep_all(self) -> dict[str, int]:
        """Everything but plays; safe to repeat. The number of playlists that were new."""
        take_choices(self.user, Preferences(**asdict(self.archive.choices(PROFILE))))
        self._keep_likes()
        self._keep_corrections()
        self._keep_exclusions()
        self._keep_gaps()
        self._keep_suggestions()
        return {"playlists": self._keep_playlists()}

    def _keep_likes(self) -> None:
        rows = (
            SavedTrack(user=self.user, track_id=self.tracks[row.track_id], added_at=row.added_at)
            for row in self.archive.rows("saved_tracks", SavedLine)
            if row.track_id in self.tracks
        )
        _insert(SavedTrack.objects, rows)

    def _keep_corrections(self) -> None:
        rows = (
            Correction(
                user=self.user,
                track_id=self.tracks[row.track_id],
                mood=row.mood,
                applies=row.applies,
                created_at=row.created_at,
            )
            for row in self.archive.rows("corrections", CorrectionLine)
            if row.track_id in self.tracks
        )
        _insert(Correction.objects, rows)
        learn_again(self.user, now=self.now)

    def _keep_exclusions(self) -> None:
        _insert(Exclusion.objects, self._exclusions())

    def _exclusions(self) -> Iterator[Exclusion]:
        for row in self.archive.rows("exclusions", ExclusionLine):
            track_id, artist_id = self.tracks.get(row.track_id or 0), self.artists.get(row.artist_id or 0)
            if (track_id is None) != (artist_id is None):
                yield Exclusion(
                    user=self.user, track_id=track_id, artist_id=artist_id, created_at=row.created_at
                )

    def _keep_gaps(self) -> None:
        rows = (
            Gap(
                user=self.user,
                from_at=row.from_at,
                to_at=row.to_at,
                found_at=row.found_at,
                closed_at=row.closed_at,
            )
            for row in self.archive.rows("gaps", GapLine)
            if row.from_at < row.to_at
        )
        _insert(Gap.objects, rows)

    def _keep_suggestions(self) -> None:
        """Those found lately enough; how they sound is asked here, with the next search."""
        rows = (
            Suggestion(
                user=self.user,
                track_id=self.tracks[row.track_id],
                source=row.source,
                seeds=row.seeds,
                aim=row.aim,
                found_at=min(row.found_at, self.now),
            )
            for row in self.archive.rows("suggestions", SuggestionLine)
            if row.track_id in self.tracks
        )
        _insert(Suggestion.objects, rows)

    def _keep_playlists(self) -> int:
        fresh = self._fresh_playlists()
        Playlist.objects.bulk_create(fresh.values())
        versions = self._versions(fresh)
        Version.objects.bulk_create(versions.values())
        _insert(Entry.objects, self._entries(versions))
        _insert(Removal.objects, self._removals(fresh))
        return len(fresh)

    def _fresh_playlists(self) -> dict[str, Playlist]:
        """By their id in the export, the playlists that were not taken in before and have a version."""
        told = {row.id: row for row in self.archive.rows("playlists", PlaylistLine)}
        told = {
            row.playlist_id: told[row.playlist_id] for row in self._version_lines() if row.playlist_id in told
        }
        known = set(Playlist.objects.filter(user=self.user).values_list("pk", flat=True))
        made = {row.id: playlist for row in told.values() if (playlist := self._playlist(row)) is not None}
        return {id_: made[id_] for id_ in made if made[id_].pk not in known and UUID(id_) not in known}

    def _version_lines(self) -> Iterator[VersionLine]:
        return self.archive.rows("versions", VersionLine)

    def _playlist(self, row: PlaylistLine) -> Playlist | None:
        recipe = self._recipe(row.recipe)
        if recipe is None or not row.name:
            return None
        return Playlist(
            # The same for the same listener, so that an export taken in twice is there once.
            pk=uuid5(UUID(row.id), str(self.user.pk)),
            user=self.user,
            name=row.name,
            description=row.description,
            recipe=recipe,
            revision=row.revision,
            schedule=row.schedule,
            schedule_hour=row.schedule_hour,
            schedule_weekday=row.schedule_weekday,
            paused=row.schedule != Playlist.Schedule.NEVER,
            created_at=row.created_at,
            updated_at=row.updated_at,
            deleted_at=row.deleted_at,
        )

    def _recipe(self, told: dict[str, Any]) -> dict[str, Any] | None:
        """With the tracks and artists it names as they are called here; None for no recipe."""
        renamed = dict(told)
        tracks, artists = self.tracks, self.artists
        for name, known in (("without_tracks", tracks), ("without_artists", artists), ("apart", tracks)):
            named = told.get(name)
            if isinstance(named, list):
                renamed[name] = [known[one] for one in named if isinstance(one, int) and one in known]
        try:
            return Recipe.from_json(renamed).as_json()
        except BadRecipe:
            return None

    def _versions(self, playlists: Mapping[str, Playlist]) -> dict[tuple[str, int], Version]:
        return {
            (row.playlist_id, row.number): Version(
                playlist=playlists[row.playlist_id],
                number=row.number,
                reason=row.reason,
                note=sayable_note(row.note, Recipe.from_json(playlists[row.playlist_id].recipe)),
                created_at=row.created_at,
            )
            for row in self._version_lines()
            if row.playlist_id in playlists
        }

    def _entries(self, versions: Mapping[tuple[str, int], Version]) -> Iterator[Entry]:
        for row in self.archive.rows("entries", EntryLine):
            version = versions.get((row.playlist_id, row.number))
            if version is not None and row.track_id in self.tracks:
                yield Entry(
                    version=version,
                    position=row.position,
                    track_id=self.tracks[row.track_id],
                    locked=row.locked,
                    by_hand=row.by_hand,
                    reasons=sayable_reasons(row.reasons),
                )

    def _removals(self, playlists: Mapping[str, Playlist]) -> Iterator[Removal]:
        for row in self.archive.rows("removals", RemovalLine):
            if row.playlist_id in playlists and row.track_id in self.tracks:
                yield Removal(
                    playlist=playlists[row.playlist_id], track_id=self.tracks[row.track_id], at=row.at
                )


def _insert(manager: Manager[Row], rows: Iterable[Row]) -> None:
    """Those of the rows that are not there yet."""
    for batch in batches(rows, size=AT_ONCE):
        manager.bulk_create(batch, ignore_conflicts=True)
