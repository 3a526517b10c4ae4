"""How a listener's account looks in the API, and what may be sent to change it."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import ApiToken, Connection, User
from accounts.services.preferences import Preferences
from accounts.services.tokens import LONGEST_LIFE, READ, SCOPES

CHOICES = ("time_zone", "language", "allow_explicit", "leave_out_incognito", "use_corrections")


class SpotifySerializer(serializers.ModelSerializer[Connection]):
    """The connection to Spotify: never a token of it."""

    state = serializers.ChoiceField(
        choices=Connection.State.choices, help_text="Whether Spotify can be asked on your behalf."
    )
    display_name = serializers.CharField(help_text="Your name on Spotify.")
    connected_at = serializers.DateTimeField(
        source="authorized_at", help_text="When you gave the permission."
    )
    ends_at = serializers.DateTimeField(
        source="expires_at", help_text="When the permission dies; connect again before that."
    )
    days_left = serializers.SerializerMethodField(help_text="Whole days until then.")
    can_save_playlists = serializers.SerializerMethodField(help_text="Whether playlists may be saved there.")

    class Meta:
        model = Connection
        fields = ("state", "display_name", "connected_at", "ends_at", "days_left", "can_save_playlists")
        read_only_fields = fields

    def get_days_left(self, connection: Connection) -> int:
        """From now."""
        return connection.days_left(timezone.now())

    def get_can_save_playlists(self, connection: Connection) -> bool:
        """The scopes say so."""
        return connection.may(*settings.SPOTIFY_WRITE_SCOPES)


class MeSerializer(serializers.ModelSerializer[User]):
    """You, as this site knows you."""

    name = serializers.CharField(source="username", read_only=True, help_text="Your name here.")
    time_zone = serializers.CharField(
        max_length=64, allow_blank=True, required=False, help_text="IANA name; empty: the browser's."
    )
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES, allow_blank=True, required=False, help_text="Empty: the browser's."
    )
    allow_explicit = serializers.BooleanField(required=False, help_text="Explicit songs in playlists.")
    leave_out_incognito = serializers.BooleanField(
        required=False, help_text="Leave plays of private sessions out of imports."
    )
    use_corrections = serializers.BooleanField(
        required=False, help_text="Whether corrected moods also shift those of other songs."
    )
    joined_at = serializers.DateTimeField(source="date_joined", read_only=True, help_text="Since when.")
    spotify = serializers.SerializerMethodField(help_text="The connection to Spotify; null without one.")

    class Meta:
        model = User
        fields = ("name", *CHOICES, "joined_at", "spotify")

    @extend_schema_field(SpotifySerializer(allow_null=True))
    def get_spotify(self, user: User) -> Any:
        """The grant, if there is one."""
        connection = user.connection_or_none()
        return SpotifySerializer(connection).data if connection else None

    def validate_time_zone(self, name: str) -> str:
        """A zone that exists."""
        if name and name not in available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return name

    def preferences(self) -> Preferences:
        """All choices: the ones sent, and the ones that stand for the rest."""
        user = self.instance
        return Preferences(**{name: self.validated_data.get(name, getattr(user, name)) for name in CHOICES})


class FarewellQuery(serializers.Serializer[Any]):
    """The word that shows that it is no slip."""

    name = serializers.CharField(max_length=150, help_text="Your name here, typed out.")


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A personal token; only its first letters are known."""

    id = serializers.IntegerField(read_only=True, help_text="Its number, to revoke it by.")
    name = serializers.CharField(max_length=80, help_text="What it is for.")
    starts_with = serializers.CharField(source="prefix", read_only=True, help_text="Its first letters.")
    scopes = serializers.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES],
        allow_empty=False,
        default={READ},
        help_text="`read` for GET, `write` for everything else.",
    )
    days = serializers.IntegerField(
        write_only=True,
        default=90,
        min_value=1,
        max_value=LONGEST_LIFE.days,
        help_text="How long it is good for.",
    )
    created_at = serializers.DateTimeField(read_only=True, help_text="When it was made.")
    expires_at = serializers.DateTimeField(read_only=True, help_text="Until when it is good.")
    last_used_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="To the minute; null: never."
    )

    class Meta:
        model = ApiToken
        fields = ("id", "name", "starts_with", "scopes", "days", "created_at", "expires_at", "last_used_at")

    def to_representation(self, token: ApiToken) -> dict[str, Any]:
        """Scopes as a list: JSON knows no sets."""
        shown = super().to_representation(token)
        return {**shown, "scopes": sorted(token.scopes)}

    def wanted(self) -> dict[str, Any]:
        """Name, scopes and life, as `make_token` takes them."""
        told = self.validated_data
        return {"name": told["name"], "scopes": told["scopes"], "life": timedelta(days=told["days"])}


class NewTokenSerializer(TokenSerializer):
    """A token that was just made, with its secret, this once."""

    secret = serializers.CharField(read_only=True, help_text="The token itself. It is not shown again.")

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]
