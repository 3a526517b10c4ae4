"""What an export holds: for each kind of row its columns, and which rows are the listener's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.models import ApiToken, AuditEvent, Connection, User, Webhook
from library.models import (
    Artist,
    DeadLetter,
    Exclusion,
    Gap,
    HistoryImport,
    LibraryTrack,
    OwnPlaylist,
    OwnPlaylistTrack,
    Play,
    SavedTrack,
    SyncRun,
    TopTrack,
    Track,
    TrackArtist,
)
from moods.models import ArtistGenres, Correction, LyricsSignal, Mood, TrackFeatures, TrackMood
from playlists.models import Entry, Playlist, Removal, Suggestion, Version

Rows = Callable[[User], "QuerySet[Any]"]

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: its file's name, which rows, and the columns as JSON and as a table for people.

    A column is a field's name as `values_list` takes it; `table` adds columns that only people need.
    """

    name: str
    rows: Rows
    columns: Sequence[str]
    table: Sequence[str] = field(default=())

    def values(self, user: User, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The values of each row, a few thousand in memory at a time."""
        return self.rows(user).values_list(*columns).iterator(chunk_size=CHUNK)


def _own(model: type[Model], *order: str) -> Rows:
    def rows(user: User) -> "QuerySet[Any]":
        return model._default_manager.filter(user=user).order_by(*order, "pk")  # noqa: SLF001

    return rows


def _tracks(user: User) -> "QuerySet[Track]":
    """Every track that another file names."""
    versions = Version.objects.filter(playlist__user=user)
    named: Sequence[QuerySet[Any]] = (
        LibraryTrack.objects.filter(user=user).values("track"),
        Play.objects.filter(user=user).values("track"),
        SavedTrack.objects.filter(user=user).values("track"),
        TopTrack.objects.filter(user=user).values("track"),
        OwnPlaylistTrack.objects.filter(playlist__user=user).values("track"),
        Correction.objects.filter(user=user).values("track"),
        Exclusion.objects.filter(user=user, track__isnull=False).values("track"),
        Entry.objects.filter(version__in=versions).values("track"),
        Removal.objects.filter(playlist__user=user).values("track"),
        Suggestion.objects.for_user(user).values("track"),
    )
    wanted = Q()
    for rows in named:
        wanted |= Q(pk__in=rows)
    return Track.objects.filter(wanted).order_by("pk")


def _credits(user: User) -> "QuerySet[TrackArtist]":
    return TrackArtist.objects.filter(track__in=_tracks(user).values("pk")).order_by(
        "track", "position", "pk"
    )


def _artists(user: User) -> "QuerySet[Artist]":
    credited = Q(pk__in=_credits(user).order_by().values("artist"))
    excluded = Q(pk__in=Exclusion.objects.filter(user=user, artist__isnull=False).values("artist"))
    return Artist.objects.filter(credited | excluded).order_by("pk")


def _moods(user: User) -> "QuerySet[TrackMood]":
    return TrackMood.objects.filter(track__library_rows__user=user).order_by("track")


def _judged(user: User) -> Q:
    """Tracks whose mood the listener sees: of the library, and found beyond it."""
    held = LibraryTrack.objects.filter(user=user).values("track")
    return Q(track__in=held) | Q(track__in=Suggestion.objects.for_user(user).values("track"))


def _features(user: User) -> "QuerySet[TrackFeatures]":
    return TrackFeatures.objects.filter(_judged(user)).order_by("track", "source")


def _lyrics(user: User) -> "QuerySet[LyricsSignal]":
    return LyricsSignal.objects.filter(_judged(user)).order_by("track", "source")


def _genres(user: User) -> "QuerySet[ArtistGenres]":
    credited = TrackArtist.objects.filter(_judged(user)).values("artist")
    return ArtistGenres.objects.filter(artist__in=credited).order_by("artist", "source")


def _spotify_playlist_tracks(user: User) -> "QuerySet[OwnPlaylistTrack]":
    return OwnPlaylistTrack.objects.filter(playlist__user=user).order_by("playlist", "position")


def _versions(user: User) -> "QuerySet[Version]":
    return Version.objects.filter(playlist__user=user).order_by("playlist", "number")


def _entries(user: User) -> "QuerySet[Entry]":
    return Entry.objects.filter(version__playlist__user=user).order_by("version", "position")


def _removals(user: User) -> "QuerySet[Removal]":
    return Removal.objects.filter(playlist__user=user).order_by("playlist", "pk")


_TITLE = ("track__title", "track__artist_name")
_SAID_BY = ("source", "status", "source_ref", "matched_by", "fetched_at")
"""Where an answer of a source comes from."""

KINDS = (
    Kind("artists", _artists, ("id", "spotify_id", "name")),
    Kind(
        "tracks",
        _tracks,
        (
            *("id", "spotify_id", "isrc", "title", "artist_name", "album_name"),
            *("duration_ms", "explicit", "album__release_date"),
        ),
    ),
    Kind("credits", _credits, ("track_id", "artist_id", "position"), _TITLE),
    Kind(
        "plays",
        _own(Play, "played_at"),
        ("track_id", "played_at", "reported_at", "ms_played", "repeat_no", "source", "skipped"),
        _TITLE,
    ),
    Kind("saved_tracks", _own(SavedTrack), ("track_id", "added_at"), _TITLE),
    Kind(
        "top_tracks",
        _own(TopTrack, "time_range", "rank"),
        ("time_range", "rank", "track_id", "fetched_at"),
        _TITLE,
    ),
    Kind(
        "spotify_playlists",
        _own(OwnPlaylist),
        ("spotify_id", "name", "owned", "total", "read_at"),
    ),
    Kind(
        "spotify_playlist_tracks",
        _spotify_playlist_tracks,
        ("playlist__spotify_id", "position", "track_id", "added_at"),
        _TITLE,
    ),
    Kind(
        "moods",
        _moods,
        (
            *("track_id", "mood", "valence", "valence_low", "valence_high"),
            *("arousal", "arousal_low", "arousal_high"),
            *(f"p_{mood.value}" for mood in Mood),
            *("inputs", "model_version", "scored_at"),
        ),
        _TITLE,
    ),
    Kind(
        "features",
        _features,
        (
            *("track_id", *_SAID_BY, "acousticness", "danceability", "energy", "instrumentalness", "key"),
            *("liveness", "loudness", "mode", "speechiness", "tempo", "valence", "time_signature"),
            *("duration_ms", "title_scores"),
        ),
        _TITLE,
    ),
    Kind(
        "lyrics",
        _lyrics,
        ("track_id", *_SAID_BY, "language", "instrumental", "scores", "title_scores", "version"),
        _TITLE,
    ),
    Kind("genres", _genres, ("artist_id", *_SAID_BY, "genres"), ("artist__name",)),
    Kind("corrections", _own(Correction), ("track_id", "mood", "applies", "created_at"), _TITLE),
    Kind("exclusions", _own(Exclusion), ("track_id", "artist_id", "created_at"), (*_TITLE, "artist__name")),
    Kind(
        "playlists",
        _own(Playlist, "created_at"),
        (
            *("id", "name", "description", "recipe", "revision", "state", "spotify_id"),
            *("schedule", "schedule_hour", "schedule_weekday", "paused", "refreshed_at"),
            *("created_at", "updated_at", "deleted_at"),
        ),
    ),
    Kind(
        "versions",
        _versions,
        ("playlist_id", "number", "reason", "note", "created_at", "published_at"),
        ("playlist__name",),
    ),
    Kind(
        "entries",
        _entries,
        (
            *("version__playlist_id", "version__number", "position"),
            *("track_id", "locked", "by_hand", "reasons"),
        ),
        ("version__playlist__name", *_TITLE),
    ),
    Kind("removals", _removals, ("playlist_id", "track_id", "at"), _TITLE),
    Kind(
        "suggestions",
        _own(Suggestion, "found_at"),
        ("track_id", "aim", "source", "seeds", "found_at"),
        ("track__spotify_id", *_TITLE),
    ),
    Kind("gaps", _own(Gap, "from_at"), ("from_at", "to_at", "found_at", "closed_at")),
    Kind(
        "imports",
        _own(HistoryImport, "created_at"),
        (
            *("file_name", "size", "state", "problem", "rows_read", "plays_added"),
            *("report", "created_at", "finished_at"),
        ),
    ),
    Kind(
        "syncs",
        _own(SyncRun, "started_at"),
        ("kind", "state", "counts", "problem", "started_at", "finished_at"),
    ),
    Kind("unread_entries", _own(DeadLetter, "at"), ("source", "reason", "raw", "at")),
    Kind(
        "spotify_connection",
        _own(Connection),
        ("account_id", "spotify_user_id", "display_name", "state", "scopes", "authorized_at"),
    ),
    Kind(
        "api_tokens",
        _own(ApiToken, "created_at"),
        ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at"),
    ),
    Kind("webhooks", _own(Webhook, "created_at"), ("url", "events", "is_active", "created_at")),
    Kind("account_events", _own(AuditEvent, "at"), ("kind", "detail", "at")),
)
"""In the order in which they can be read back: what is named comes first. Never a secret."""
