"""Listeners, their grant from Spotify, their personal tokens, and what the quota allows."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.fields import EncryptedTextField

GRANT_LIFE = timedelta(days=182)  # Refresh tokens die six months after the consent.


class User(AbstractUser):
    """A listener. Signs in with Spotify, or with a name and password, or both."""

    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, blank=True)
    allow_explicit = models.BooleanField(default=True)
    leave_out_incognito = models.BooleanField(default=True)
    use_corrections = models.BooleanField(default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    def connection_or_none(self) -> "Connection | None":
        """The listener's grant from Spotify, if they gave one."""
        return Connection.objects.of_user(self.pk).order_by("pk").first()


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Which grants are good for what."""

    def usable(self) -> "ConnectionQuerySet":
        """Grants that may be used to call Spotify."""
        return self.filter(state=Connection.State.ACTIVE)

    def ending_by(self, moment: datetime) -> "ConnectionQuerySet":
        """Grants that die at `moment` or before."""
        return self.filter(authorized_at__lte=moment - GRANT_LIFE)

    def of_user(self, user_id: int) -> "ConnectionQuerySet":
        """The grant of one listener, if any."""
        return self.filter(user_id=user_id)

    def at_version(self, pk: int, version: int) -> "ConnectionQuerySet":
        """The grant while nobody has changed its tokens since `version` was read."""
        return self.filter(pk=pk, token_version=version)

    def free_to_refresh(self, now: datetime) -> "ConnectionQuerySet":
        """Usable grants that nobody is refreshing."""
        unheld = Q(refresh_lease=None) | Q(refresh_leased_until__lt=now)
        return self.usable().filter(unheld)

    def held_by(self, lease: UUID) -> "ConnectionQuerySet":
        """The grant that is being refreshed under `lease`."""
        return self.filter(refresh_lease=lease)

    def refused_since(self, moment: datetime) -> "ConnectionQuerySet":
        """Grants that Spotify called dead, before their time, after `moment`."""
        return self.filter(
            state=Connection.State.NEEDS_RECONNECT,
            broken_why=Connection.Broken.REFUSED,
            broken_at__gt=moment,
        )

    def quarantined_before(self, moment: datetime) -> "ConnectionQuerySet":
        """Broken grants that still hold a token and broke before `moment`."""
        broken = self.filter(state=Connection.State.NEEDS_RECONNECT, broken_at__lt=moment)
        return broken.exclude(refresh_token="", access_token="")  # nosec B106

    def by_age(self) -> "ConnectionQuerySet":
        """In a stable order."""
        return self.order_by("pk")


class Connection(models.Model):
    """A listener's grant from Spotify. The tokens are encrypted and appear nowhere else."""

    class State(models.TextChoices):
        """What the grant is good for."""

        ACTIVE = "active"
        NEEDS_RECONNECT = "needs_reconnect"
        NOT_ALLOWED = "not_allowed"

    class Broken(models.TextChoices):
        """Why a grant needs to be renewed."""

        REFUSED = "refused"
        EXPIRED = "expired"
        UNREADABLE = "unreadable"
        ASKED = "asked"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    account_id = models.CharField(max_length=191, unique=True)
    spotify_user_id = models.CharField(max_length=191)
    display_name = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.ACTIVE)
    access_token = EncryptedTextField(blank=True, default="")
    access_expires_at = models.DateTimeField()
    refresh_token = EncryptedTextField(blank=True, default="")
    scopes = models.JSONField(default=list)
    authorized_at = models.DateTimeField()
    token_version = models.PositiveIntegerField(default=0)
    refresh_lease = models.UUIDField(null=True, blank=True)
    refresh_leased_until = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    broken_why = models.CharField(max_length=10, choices=Broken, blank=True, default="")
    notices_sent = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["active", "needs_reconnect", "not_allowed"]),
                name="connection_state_known",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["authorized_at"], name="connection_by_age")]

    def __str__(self) -> str:
        return f"Spotify of {self.user_id} ({self.state})"

    @property
    def expires_at(self) -> datetime:
        """When the refresh token dies and the listener must consent again."""
        return self.authorized_at + GRANT_LIFE

    def days_left(self, now: datetime) -> int:
        """Whole days until `expires_at`, never below zero."""
        return max(0, (self.expires_at - now).days)

    def may(self, *scopes: str) -> bool:
        """Whether the listener granted all of `scopes`."""
        return set(scopes) <= set(self.scopes)


class RefreshBreaker(models.Model):
    """One row: whether Spotify is refusing grants so widely that no refusal is believed.

    While `open_since` is set nothing is refreshed but one canary at `next_canary_at`.
    """

    open_since = models.DateTimeField(null=True, blank=True)
    next_canary_at = models.DateTimeField(null=True, blank=True)
    last_canary_user_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"open since {self.open_since}" if self.open_since else "closed"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which personal tokens still open the door."""

    def valid_at(self, now: datetime) -> "ApiTokenQuerySet":
        """Tokens neither revoked nor expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)

    def of_user(self, user: User) -> "ApiTokenQuerySet":
        """Tokens of one listener."""
        return self.filter(user=user)

    def unrevoked(self) -> "ApiTokenQuerySet":
        """Tokens that nobody took back, expired or not."""
        return self.filter(revoked_at=None)

    def newest_first(self) -> "ApiTokenQuerySet":
        """In the order in which people look at them."""
        return self.order_by("-created_at", "-pk")


class ApiToken(models.Model):
    """A personal token for the API: only its SHA-256 is kept, so it is shown exactly once.

    `seen_from` holds keyed fingerprints of the latest addresses that it was used from.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    seen_from = models.JSONField(default=list, db_default=[], blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class QuotaFamilyQuerySet(models.QuerySet["QuotaFamily"]):
    """Which families rest."""

    def blocked_at(self, now: datetime) -> "QuotaFamilyQuerySet":
        """Families that may not be called yet."""
        return self.filter(blocked_until__gt=now)

    def rate_limited_since(self, moment: datetime) -> "QuotaFamilyQuerySet":
        """Families that met the rate limit, not the daily quota, after `moment`."""
        return self.filter(is_quota=False, consecutive__gt=0, updated_at__gt=moment)


class QuotaFamily(models.Model):
    """What Spotify's quota says of one family of endpoints, shared by every process.

    `blocked_until` survives restarts. `consecutive` counts refusals in a row and sets how long to
    wait where Spotify did not say.
    """

    family = models.CharField(max_length=40, primary_key=True)
    blocked_until = models.DateTimeField(null=True, blank=True)
    is_quota = models.BooleanField(default=False)
    consecutive = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = QuotaFamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "quota families"

    def __str__(self) -> str:
        return self.family


class CallWindowQuerySet(models.QuerySet["CallWindow"]):
    """Counts of the recent past."""

    def of_service(self, service: str) -> "CallWindowQuerySet":
        """The counts kept under one name."""
        return self.filter(service=service)

    def from_window(self, window: int) -> "CallWindowQuerySet":
        """Counts of one window and of those after it."""
        return self.filter(window__gte=window)

    def total(self) -> int:
        """All calls counted in them."""
        return int(self.aggregate(total=Coalesce(Sum("calls"), 0))["total"])

    def expired(self, now: datetime) -> "CallWindowQuerySet":
        """Counts that no limit looks at any more."""
        return self.filter(expires_at__lt=now)


class CallWindow(models.Model):
    """How many calls all processes made to one service in one short stretch of time.

    `window` numbers the stretches from the epoch; how long one is depends on the limit kept.
    """

    service = models.CharField(max_length=100)
    window = models.BigIntegerField()
    calls = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True, default=timezone.now)

    objects = CallWindowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "window"], name="call_window_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.window}: {self.calls}"


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    """Which kept answers."""

    def of_user(self, user: User) -> "IdempotentAnswerQuerySet":
        """Answers to one listener."""
        return self.filter(user=user)

    def kept_before(self, moment: datetime) -> "IdempotentAnswerQuerySet":
        """Answers given before `moment`."""
        return self.filter(at__lt=moment)


class IdempotentAnswer(models.Model):
    """What the API answered to a request with an `Idempotency-Key`, to be given again for a day.

    `fingerprint` is the SHA-256 of the request: the same key with another one is refused.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="idempotent_answers")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotent_answer_once"),
        ]

    def __str__(self) -> str:
        return f"answer to {self.key} of {self.user_id}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Which webhooks."""

    def for_user(self, user: User) -> "WebhookQuerySet":
        """Webhooks of one listener."""
        return self.filter(user=user)

    def active(self) -> "WebhookQuerySet":
        """Webhooks that something is sent to."""
        return self.filter(is_active=True)

    def newest_first(self) -> "WebhookQuerySet":
        """Latest first."""
        return self.order_by("-created_at", "-pk")


class Webhook(models.Model):
    """A listener's own server that is told what happens. The secret that signs is encrypted.

    `failures` counts deliveries in a row that came to nothing; too many and it is no longer active.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    secret = EncryptedTextField()
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WebhookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    """Which deliveries."""

    def due_at(self, now: datetime) -> "WebhookDeliveryQuerySet":
        """Deliveries to be tried, the ones that wait longest first."""
        return self.filter(state=WebhookDelivery.State.WAITING, due_at__lte=now).order_by("due_at")

    def waiting(self) -> "WebhookDeliveryQuerySet":
        """Deliveries that have not come to their end."""
        return self.filter(state=WebhookDelivery.State.WAITING)

    def ended_before(self, moment: datetime) -> "WebhookDeliveryQuerySet":
        """Deliveries that ended before `moment`."""
        return self.filter(finished_at__lt=moment)

    def newest_first(self) -> "WebhookDeliveryQuerySet":
        """Latest first."""
        return self.order_by("-created_at", "-pk")


class WebhookDelivery(models.Model):
    """One thing to be told to one webhook, written in the transaction in which it happened."""

    class State(models.TextChoices):
        """Where it is in its life."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_by_time"),
            models.Index(fields=["webhook", "-created_at"], name="delivery_by_webhook"),
        ]
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"{self.event} ({self.state})"


class AuditEvent(models.Model):
    """Something about a person's account that must be traceable: append only, no secrets."""

    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="audit_events"
    )
    kind = models.CharField(max_length=40)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="audit_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
