"""How plays, syncs, gaps, imports and exclusions look in the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rest.parameters import PageQuery
from library.import_report import summary_of
from library.models import Exclusion, Gap, HistoryImport, Play, SyncRun, Track
from library.problems import what_happened


class TrackInRowSerializer(serializers.ModelSerializer[Track]):
    """A track as rows name it."""

    id = serializers.IntegerField(help_text="Its number here: /tracks/{id} tells more.")
    title = serializers.CharField(help_text="As Spotify writes it.")
    artist = serializers.CharField(source="artist_name", help_text="The first artist named.")
    album = serializers.CharField(source="album_name", help_text="Empty where it is not known.")
    spotify_url = serializers.CharField(help_text="Where to hear it on Spotify; empty without an id there.")

    class Meta:
        model = Track
        fields = ("id", "title", "artist", "album", "spotify_url")
        read_only_fields = fields


class PlaySerializer(serializers.ModelSerializer[Play]):
    """One listening."""

    id = serializers.IntegerField(help_text="Its number.")
    played_at = serializers.DateTimeField(help_text="When it ended, or what Spotify's API says of it.")
    ms_played = serializers.IntegerField(
        allow_null=True, help_text="For how many milliseconds; null for plays known from the API only."
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[(source.value, source.value) for source in Play.Source],
        help_text="`api`, or which kind of download told of it.",
    )
    skipped = serializers.BooleanField(allow_null=True, help_text="Gone on from; null where unknown.")
    track = TrackInRowSerializer(help_text="What was played.")

    class Meta:
        model = Play
        fields = ("id", "played_at", "ms_played", "source", "skipped", "track")
        read_only_fields = fields


class PlayQuery(PageQuery):
    """Which plays."""

    since = serializers.DateTimeField(required=False, help_text="At or after this moment.")
    before = serializers.DateTimeField(required=False, help_text="Before this moment.")
    track_id = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Of this track."
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        required=False,
        choices=[source.value for source in Play.Source],
        help_text="As this source told it.",
    )


class SyncSerializer(serializers.ModelSerializer[SyncRun]):
    """One reading of what Spotify has of you."""

    id = serializers.IntegerField(help_text="Its number.")
    kind = serializers.ChoiceField(
        choices=[(kind.value, kind.value) for kind in SyncRun.Kind],
        help_text="`full`, or only the `changes` since the last.",
    )
    state = serializers.ChoiceField(
        choices=[(state.value, state.value) for state in SyncRun.State], help_text="How it goes."
    )
    step = serializers.CharField(help_text="The list that is being read; empty at the end.")
    counts = serializers.DictField(help_text="By list: rows read, and how many were new.")
    problem = serializers.SerializerMethodField(help_text="What keeps it from going on; empty if nothing.")
    waits_until = serializers.DateTimeField(allow_null=True, help_text="Not before then; null: no wait.")
    started_at = serializers.DateTimeField(help_text="When it began.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended; null before.")

    class Meta:
        model = SyncRun
        fields = (
            *("id", "kind", "state", "step", "counts", "problem"),
            *("waits_until", "started_at", "finished_at"),
        )
        read_only_fields = fields

    def get_problem(self, run: SyncRun) -> str:
        """In words."""
        return what_happened(run.problem)


class GapSerializer(serializers.ModelSerializer[Gap]):
    """A time in which plays may be missing."""

    id = serializers.IntegerField(help_text="Its number.")
    from_at = serializers.DateTimeField(help_text="The last play known before it.")
    to_at = serializers.DateTimeField(help_text="The first play known after it.")
    found_at = serializers.DateTimeField(help_text="When it was noticed.")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When a download filled it; null: open.")

    class Meta:
        model = Gap
        fields = ("id", "from_at", "to_at", "found_at", "closed_at")
        read_only_fields = fields


class ImportFileSerializer(serializers.Serializer[Any]):
    """One file inside of a download."""

    name = serializers.CharField(help_text="Its name in the ZIP.")
    rows = serializers.IntegerField(help_text="All rows in it.")
    verdicts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows by what became of them; they sum to `rows`."
    )
    invalid = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows that are no plays, by what is wrong with them."
    )
    damage = serializers.CharField(allow_null=True, help_text="Why it was not read whole; null: it was.")


class ImportReportSerializer(serializers.Serializer[Any]):
    """What became of every row."""

    rows = serializers.IntegerField(help_text="All rows read so far.")
    verdicts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Rows by what became of them; they sum to `rows`."
    )
    files = ImportFileSerializer(many=True, help_text="The same for each file.")


class ImportSerializer(serializers.ModelSerializer[HistoryImport]):
    """One uploaded download."""

    id = serializers.IntegerField(help_text="Its number.")
    file_name = serializers.CharField(help_text="As it was uploaded.")
    size = serializers.IntegerField(help_text="In bytes.")
    state = serializers.ChoiceField(
        choices=[(state.value, state.value) for state in HistoryImport.State],
        help_text="`uploading`, `waiting` and `reading` go on; the others are ends.",
    )
    problem = serializers.CharField(help_text="Why it was not imported; empty otherwise.")
    rows_read = serializers.IntegerField(help_text="Rows read so far.")
    plays_added = serializers.IntegerField(help_text="Plays that were new.")
    report = serializers.SerializerMethodField(help_text="What became of every row.")
    created_at = serializers.DateTimeField(help_text="When it was uploaded.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended; null before.")

    class Meta:
        model = HistoryImport
        fields = (
            *("id", "file_name", "size", "state", "problem", "rows_read", "plays_added"),
            *("report", "created_at", "finished_at"),
        )
        read_only_fields = fields

    @extend_schema_field(ImportReportSerializer)
    def get_report(self, history_import: HistoryImport) -> Any:
        """As the page shows it."""
        return ImportReportSerializer(summary_of(history_import)).data


class UploadSerializer(serializers.Serializer[Any]):
    """A file to import."""

    file = serializers.FileField(
        max_length=300, help_text="The ZIP that Spotify sent, as it is, or one JSON file out of it."
    )
    leave_out_incognito = serializers.BooleanField(
        required=False, help_text="Leave out plays of private sessions; without it your setting counts."
    )


class ArtistInRowSerializer(serializers.Serializer[Any]):
    """An artist as rows name them."""

    id = serializers.IntegerField(source="pk", help_text="Their number here.")
    name = serializers.CharField(help_text="Their name.")


class ExclusionSerializer(serializers.ModelSerializer[Exclusion]):
    """A track or an artist that is never used in a playlist of yours."""

    id = serializers.IntegerField(help_text="Its number, to take it back by.")
    track = TrackInRowSerializer(allow_null=True, help_text="The track; null where an artist is meant.")
    artist = ArtistInRowSerializer(allow_null=True, help_text="The artist; null where a track is meant.")
    created_at = serializers.DateTimeField(help_text="Since when.")

    class Meta:
        model = Exclusion
        fields = ("id", "track", "artist", "created_at")
        read_only_fields = fields


class NewExclusionSerializer(serializers.Serializer[Any]):
    """What is not to be used: one of the two."""

    track_id = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="A track of your library."
    )
    artist_id = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="An artist in your library."
    )

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """One, not both, not none."""
        if len(told) != 1:
            raise serializers.ValidationError(_("Name a track or an artist."))
        return told
