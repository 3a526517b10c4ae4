"""How recipes, lists, playlists and their versions look in the API."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from library.queries import SOURCES
from library.serializers import TrackInRowSerializer
from moods.models import MainMood, Mood
from playlists.exporting import FORMATS
from playlists.models import Playlist, Version
from playlists.problems import what_happened, what_to_do
from playlists.recipes import CERTAINTIES, DAYPARTS, LARGEST_ID, RANGES, BadRecipe, Recipe
from playlists.services.building import Draft
from playlists.states import state_of

_WHOLE, _SHARE = serializers.IntegerField, serializers.FloatField


def _number(kind: type[serializers.Field[Any, Any, Any, Any]], name: str, help_text: str, **more: Any) -> Any:
    low, high = RANGES[name]
    return kind(min_value=low, max_value=high, required=False, help_text=help_text, **more)  # type: ignore[call-arg]


def _ids(help_text: str) -> Any:
    child = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    return serializers.ListField(child=child, max_length=500, required=False, help_text=help_text)


class RecipeSerializer(serializers.Serializer[Any]):
    """What a playlist is built from; `playlists.recipes` reads it, the fields describe it."""

    version = serializers.IntegerField(required=False, help_text="Of this form of a recipe: 1.")
    mood = serializers.ChoiceField(
        choices=Mood.choices, allow_null=True, required=False, help_text="How it should feel; null: any mood."
    )
    start = serializers.ChoiceField(
        choices=Mood.choices, allow_null=True, required=False, help_text="Begins here: a journey to `mood`."
    )
    tracks = _number(_WHOLE, "tracks", "How many tracks; give this or `minutes`.", allow_null=True)
    minutes = _number(_WHOLE, "minutes", "How many minutes; give this or `tracks`.", allow_null=True)
    familiarity = _number(_SHARE, "familiarity", "0 follows the mood, 1 your favourites.")
    discovery = _number(_SHARE, "discovery", "Share of songs you never played.")
    forgotten = _number(_SHARE, "forgotten", "Share of favourites you have not heard for long.")
    variety = _number(_SHARE, "variety", "How much is left to chance.")
    sources = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SOURCES)), required=False, help_text="None: everywhere."
    )
    since = serializers.DateField(allow_null=True, required=False, help_text="Played on this day or later.")
    until = serializers.DateField(allow_null=True, required=False, help_text="Played on this day or before.")
    not_heard_days = _number(_WHOLE, "not_heard_days", "Not heard for so many days.")
    heard_at_least = _number(_WHOLE, "heard_at_least", "Listened to so often.")
    daypart = serializers.ChoiceField(
        choices=list(DAYPARTS), allow_blank=True, required=False, help_text="What you hear at such times."
    )
    year_from = _number(_WHOLE, "year_from", "Released in this year or later.", allow_null=True)
    year_to = _number(_WHOLE, "year_to", "Released in this year or before.", allow_null=True)
    tempo_from = _number(_WHOLE, "tempo_from", "Beats a minute; half and double count too.", allow_null=True)
    tempo_to = _number(_WHOLE, "tempo_to", "Beats a minute; half and double count too.", allow_null=True)
    explicit = serializers.BooleanField(
        allow_null=True, required=False, help_text="Explicit songs; null: as you set it."
    )
    without_artists = _ids("Artists to leave out.")
    without_tracks = _ids("Tracks to leave out.")
    apart = _ids("Tracks that are no other release of any song.")
    genres = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text="Of these only; none: any."
    )
    certainty = serializers.ChoiceField(
        choices=list(CERTAINTIES), required=False, help_text="How sure the mood must be."
    )
    cap = _number(_WHOLE, "cap", "Songs of one artist, at most.")
    gap = _number(_WHOLE, "gap", "Songs between two of one artist, at least.")
    renewal = _number(_SHARE, "renewal", "Share that each refresh exchanges.")
    beyond = serializers.BooleanField(
        required=False, help_text="Songs you never heard may come from beyond your library, too."
    )

    def to_internal_value(self, sent: Any) -> Recipe:
        """The recipe; complaints name the value that is wrong."""
        try:
            return Recipe.from_json(sent)
        except BadRecipe as bad:
            words = [str(bad.words)]
            whole = not isinstance(sent, Mapping)
            raise serializers.ValidationError(words if whole else {bad.field: words}) from bad

    def to_representation(self, recipe: Recipe | Mapping[str, Any]) -> dict[str, Any]:
        """As it is kept: what is usual is left out."""
        return recipe.as_json() if isinstance(recipe, Recipe) else dict(recipe)


class DraftSerializer(serializers.Serializer[Any]):
    """What you made of a list so far."""

    revision = serializers.IntegerField(
        default=0, min_value=0, max_value=1_000_000, help_text="Count it up to throw the dice again."
    )
    shown = _ids("The list as it is, in order, by track.")
    locked = _ids("Tracks that stay where they are in `shown`.")
    dropped = _ids("Tracks that are not to come back.")
    is_arranged = serializers.BooleanField(
        default=False, help_text="Take `shown` as it stands; otherwise only what is locked stays."
    )

    def to_internal_value(self, sent: Any) -> Draft:
        """As `playlists.services.building` takes it."""
        told: dict[str, Any] = super().to_internal_value(sent)
        shown = tuple(dict.fromkeys(told.get("shown", ())))
        locked = frozenset(told.get("locked", ())) & set(shown)
        return Draft(told["revision"], shown, locked, frozenset(told.get("dropped", ())), told["is_arranged"])

    def to_representation(self, draft: Draft) -> dict[str, Any]:
        """Sets as lists: JSON knows no sets."""
        return {
            "revision": draft.revision,
            "shown": list(draft.shown),
            "locked": sorted(draft.locked),
            "dropped": sorted(draft.dropped),
            "is_arranged": draft.is_arranged,
        }


class WantedSerializer(serializers.Serializer[Any]):
    """A list that you want to see."""

    recipe = RecipeSerializer(help_text="What it is built from.")
    draft = DraftSerializer(required=False, help_text="What you changed by hand.")


class NewPlaylistSerializer(WantedSerializer):
    """A playlist to be kept."""

    name = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="Left out or empty: a fitting one."
    )
    description = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="A line about it."
    )


class PlaylistTrackSerializer(serializers.Serializer[Any]):
    """A track in a list, and why it is there."""

    position = serializers.IntegerField(source="number", help_text="From 1.")
    track = TrackInRowSerializer(help_text="The track.")
    mood = serializers.ChoiceField(choices=MainMood.choices, help_text="Its main mood, for you.")
    percent = serializers.IntegerField(allow_null=True, help_text="How likely that is; null: no mood leads.")
    why = serializers.CharField(help_text="Why it was chosen, in words.")
    locked = serializers.BooleanField(help_text="It stays when the playlist is refreshed.")
    by_hand = serializers.BooleanField(help_text="You put it there.")
    is_new = serializers.BooleanField(help_text="It was found beyond your library, which does not have it.")
    merged = serializers.ListField(
        child=serializers.CharField(), help_text="Other releases that count as this song, in a preview."
    )


class NewSongsSerializer(serializers.Serializer[Any]):
    """How looking for songs beyond your library stands."""

    state = serializers.ChoiceField(
        choices=("off", "looking", "found", "nothing", "no_seeds", "unavailable"),
        help_text="`looking`: ask again in half a minute; `off`: this site has no source of them.",
    )
    text = serializers.CharField(source="words", help_text="The same in words.")


class PreviewSerializer(serializers.Serializer[Any]):
    """A list as it would be kept."""

    tracks = PlaylistTrackSerializer(many=True, help_text="In order.")
    duration = serializers.CharField(help_text="How long it is, in words.")
    notices = serializers.ListField(
        child=serializers.CharField(), help_text="What is weak about it, in words."
    )
    matching = serializers.IntegerField(help_text="Songs of your library that fit.")
    total = serializers.IntegerField(help_text="Songs in your library.")
    new_songs = NewSongsSerializer(
        allow_null=True, help_text="Where the recipe asks for songs from beyond your library; else null."
    )
    recipe = RecipeSerializer(help_text="What it was built from.")
    draft = DraftSerializer(help_text="Send it back to go on from here.")


class PlaylistSerializer(serializers.ModelSerializer[Playlist]):
    """A playlist; the context has `totals` by playlist: version, tracks, milliseconds."""

    id = serializers.UUIDField(help_text="Its name in this API.")
    name = serializers.CharField(help_text="Its name.")
    description = serializers.CharField(help_text="A line about it.")
    recipe = RecipeSerializer(help_text="What it is built from.")
    state = serializers.ChoiceField(
        choices=Playlist.State.choices,
        help_text="`local`: only here; `edited`: changed on Spotify by hand; `gone`: no longer there.",
    )
    state_text = serializers.SerializerMethodField(help_text="How it is doing, in words.")
    problem = serializers.SerializerMethodField(
        help_text="What is the matter and what to do; empty if nothing."
    )
    spotify_url = serializers.CharField(help_text="Where to hear it on Spotify; empty: it is not there.")
    version = serializers.SerializerMethodField(help_text="The number of its current version.")
    track_count = serializers.SerializerMethodField(help_text="How many tracks it has.")
    duration_ms = serializers.SerializerMethodField(help_text="How long it is, as far as that is known.")
    schedule = serializers.ChoiceField(
        choices=[(word.value, word.value) for word in Playlist.Schedule],
        help_text="How often it is refreshed by itself.",
    )
    schedule_hour = serializers.IntegerField(min_value=0, max_value=23, help_text="At which hour of yours.")
    schedule_weekday = serializers.IntegerField(
        min_value=0, max_value=6, help_text="On which day, where weekly; 0 is Monday."
    )
    paused = serializers.BooleanField(help_text="Not refreshed by itself for now.")
    next_refresh_at = serializers.DateTimeField(allow_null=True, help_text="When next; null: not by itself.")
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="When last; null: never.")
    created_at = serializers.DateTimeField(help_text="When it was made.")
    updated_at = serializers.DateTimeField(help_text="When it was changed last.")

    class Meta:
        model = Playlist
        fields = (
            *("id", "name", "description", "recipe", "state", "state_text", "problem", "spotify_url"),
            *("version", "track_count", "duration_ms", "schedule", "schedule_hour", "schedule_weekday"),
            *("paused", "next_refresh_at", "refreshed_at", "created_at", "updated_at"),
        )
        read_only_fields = fields

    def get_state_text(self, playlist: Playlist) -> str:
        """As the pages say it."""
        return state_of(playlist).line

    def get_problem(self, playlist: Playlist) -> str:
        """Two sentences."""
        return f"{what_happened(playlist.problem)} {what_to_do(playlist.problem)}".strip()

    def get_version(self, playlist: Playlist) -> int:
        """From the context."""
        return int(self.context["totals"][playlist.pk][0])

    def get_track_count(self, playlist: Playlist) -> int:
        """From the context."""
        return int(self.context["totals"][playlist.pk][1].tracks)

    def get_duration_ms(self, playlist: Playlist) -> int:
        """From the context."""
        return int(self.context["totals"][playlist.pk][1].known_ms)


class PlaylistDetailSerializer(PlaylistSerializer):
    """A playlist with its tracks; the context has `shown`, too."""

    tracks = serializers.SerializerMethodField(help_text="In order, each with its why.")
    notices = serializers.SerializerMethodField(help_text="What is weak about it, in words.")

    class Meta(PlaylistSerializer.Meta):
        fields = (*PlaylistSerializer.Meta.fields, "tracks", "notices")  # type: ignore[assignment]

    @extend_schema_field(PlaylistTrackSerializer(many=True))
    def get_tracks(self, playlist: Playlist) -> Any:
        """Of the current version."""
        return PlaylistTrackSerializer(self.context["shown"].tracks, many=True).data

    def get_notices(self, playlist: Playlist) -> list[str]:
        """Of the current version."""
        return list(self.context["shown"].notices)


class ChangePlaylistSerializer(serializers.Serializer[Any]):
    """What may be changed of a playlist; what is left out stays."""

    name = serializers.CharField(max_length=100, required=False, help_text="Another name.")
    description = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Another line about it."
    )
    schedule = serializers.ChoiceField(
        choices=[(word.value, word.value) for word in Playlist.Schedule],
        required=False,
        help_text="How often it is refreshed by itself.",
    )
    schedule_hour = serializers.IntegerField(
        min_value=0, max_value=23, required=False, help_text="At which hour of yours."
    )
    schedule_weekday = serializers.IntegerField(
        min_value=0, max_value=6, required=False, help_text="On which day, where weekly; 0 is Monday."
    )
    paused = serializers.BooleanField(required=False, help_text="Not refreshed by itself for now.")


class DeleteQuery(serializers.Serializer[Any]):
    """Where it is deleted."""

    on_spotify = serializers.BooleanField(
        default=False, help_text="Take it out of your library on Spotify, too."
    )


class CopyPlaylistSerializer(serializers.Serializer[Any]):
    """A copy to be."""

    name = serializers.CharField(max_length=100, help_text="What to call it.")


class ChangeSerializer(serializers.Serializer[Any]):
    """One difference."""

    kind = serializers.ChoiceField(choices=["added", "removed", "moved"], help_text="What happens.")
    place = serializers.IntegerField(help_text="From 1, in the newer list where the track is in it.")
    track = TrackInRowSerializer(help_text="To which track.")


class RefreshPlanSerializer(serializers.Serializer[Any]):
    """What a refresh would change."""

    changes = ChangeSerializer(many=True, help_text="What goes, then what comes or moves.")


class LeftSerializer(serializers.Serializer[Any]):
    """A song that is no longer in a playlist."""

    reason = serializers.ChoiceField(
        choices=["removed", *(reason.value for reason in Version.Reason)],
        help_text="`removed`: you took it out, it stays out; else the version that went without it.",
    )
    at = serializers.DateTimeField(help_text="Since when.")
    track = TrackInRowSerializer(help_text="Which track.")


class VersionSerializer(serializers.ModelSerializer[Version]):
    """One state that a playlist had."""

    number = serializers.IntegerField(help_text="From 1; the highest is the current one.")
    reason = serializers.ChoiceField(
        choices=[(reason.value, reason.value) for reason in Version.Reason], help_text="Why it came to be."
    )
    created_at = serializers.DateTimeField(help_text="When.")
    published_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was on Spotify; null: never."
    )

    class Meta:
        model = Version
        fields = ("number", "reason", "created_at", "published_at")
        read_only_fields = fields


class RestoreSerializer(serializers.Serializer[Any]):
    """Which version to go back to."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Its number.")


class ExportQuery(serializers.Serializer[Any]):
    """What a playlist is taken away as."""

    format = serializers.ChoiceField(
        choices=list(FORMATS), default="csv", help_text="`txt`: links to paste into Spotify's desktop app."
    )


class ReadyMadeSerializer(serializers.Serializer[Any]):
    """A recipe to begin with."""

    key = serializers.CharField(help_text="Its name here.")
    name = serializers.CharField(help_text="Its name in your language.")
    text = serializers.CharField(help_text="What it is, in a line.")
    recipe = RecipeSerializer(help_text="The recipe.")
