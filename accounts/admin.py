"""What the person who runs the site sees of accounts: never a token."""

from collections.abc import Iterator
from typing import Any

import allauth.account.admin  # registers what is unregistered below
import allauth.socialaccount.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import (
    ApiToken,
    AuditEvent,
    Connection,
    QuotaFamily,
    RefreshBreaker,
    User,
    Webhook,
    WebhookDelivery,
)
from accounts.quota import lift_block
from accounts.services import ask_to_reconnect, close_account
from accounts.services.fleet import believe_again
from accounts.services.grants import release_lease
from accounts.services.tokens import revoke_token
from accounts.tasks import start_leaving_spotify
from jobs.starting import enqueue

# The admin's own sign-in has no limit on tries; the site's has.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Secrets of Spotify live in `Connection` and the environment: nobody should type them in here.
admin.site.unregister((SocialApp, SocialToken, SocialAccount))
# Nobody has an address here.
admin.site.unregister(EmailAddress)


class ValuesFilter(admin.AllValuesFieldListFilter):
    """A filter by each value there is; an empty one has a name, too."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """What can be chosen."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("none")}


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that a person must not make, change or delete by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never; looking is enough to run an action."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether this person may run the actions: those who may change such rows."""
        changing = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{changing}"))


@admin.register(User)
class ListenerAdmin(UserAdmin):  # type: ignore[type-arg]
    """People."""

    list_display = ("username", "connection_state", "last_seen_at", "date_joined", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "connection__state", "last_seen_at", "date_joined")
    list_select_related = ("connection",)
    search_fields = ("username", "connection__display_name", "connection__spotify_user_id")
    # The two lists beside each other have labels that a screen reader stumbles over.
    filter_horizontal = ()
    date_hierarchy = "date_joined"
    readonly_fields = ("last_seen_at", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Choices"), {"fields": ("time_zone", "language", "allow_explicit", "leave_out_incognito")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_seen_at", "last_login", "date_joined")}),
    )

    actions = ("delete_with_everything",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never directly: a person's work must be stopped first, which the action does."""
        return False

    @admin.action(description=_("Delete with everything of theirs"), permissions=["change"])
    def delete_with_everything(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Close these accounts now and start their deletion; never one's own."""
        others = [user for user in chosen if user.pk != request.user.pk]
        for user in others:
            close_account(user, now=timezone.now())
            enqueue("accounts.delete", key=str(user.pk), args={"user_id": user.pk})
        _tell(request, len(others))

    @admin.display(description=_("Spotify"))
    def connection_state(self, user: User) -> str:
        """What the grant is good for."""
        connection = getattr(user, "connection", None)
        return connection.get_state_display() if connection else "–"


@admin.register(Connection)
class ConnectionAdmin(ReadOnly):
    """Grants, without their tokens."""

    list_display = (
        "display_name",
        "listener",
        "state",
        "broken_why",
        "authorized_at",
        "ends",
        "refreshing",
    )
    list_filter = ("state", "broken_why", "authorized_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "display_name", "spotify_user_id", "account_id")
    date_hierarchy = "authorized_at"
    exclude = ("access_token", "refresh_token", "refresh_lease")
    actions = ("mark_for_reconnect", "release_leases", "disconnect")

    @admin.display(description=_("Listener"), ordering="user__username")
    def listener(self, connection: Connection) -> SafeString:
        """A link to the person."""
        return format_html('<a href="../user/{}/change/">{}</a>', connection.user_id, connection.user)

    @admin.display(description=_("Ends"), ordering="authorized_at")
    def ends(self, connection: Connection) -> str:
        """The day on which the permission dies."""
        return f"{connection.expires_at:%Y-%m-%d}"

    @admin.display(description=_("Refreshing"), boolean=True)
    def refreshing(self, connection: Connection) -> bool:
        """Whether somebody holds the lease."""
        return connection.refresh_lease is not None

    @admin.action(description=_("Ask to reconnect"), permissions=["act"])
    def mark_for_reconnect(self, request: HttpRequest, chosen: QuerySet[Connection]) -> None:
        """Have these listeners consent again."""
        now = timezone.now()
        done = sum(ask_to_reconnect(connection.user, now=now) for connection in chosen)
        _tell(request, done)

    @admin.action(description=_("Release the refresh lease"), permissions=["act"])
    def release_leases(self, request: HttpRequest, chosen: QuerySet[Connection]) -> None:
        """Let the next caller refresh at once."""
        _tell(request, sum(release_lease(connection) for connection in chosen))

    @admin.action(description=_("Disconnect, and remove what came from Spotify"), permissions=["act"])
    def disconnect(self, request: HttpRequest, chosen: QuerySet[Connection]) -> None:
        """As these listeners could themselves: the grant goes now, what came with it soon."""
        users = [connection.user for connection in chosen]
        _tell(request, sum(start_leaving_spotify(user, now=timezone.now()) for user in users))


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    """Personal tokens, of which only the first letters are known."""

    list_display = (
        "name",
        "user",
        "prefix",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = ("created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "prefix")
    date_hierarchy = "created_at"
    exclude = ("digest", "seen_from")
    actions = ("revoke",)

    @admin.action(description=_("Revoke"), permissions=["act"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        """Close the door to these."""
        now = timezone.now()
        _tell(request, sum(revoke_token(token, now=now) for token in chosen))


@admin.register(Webhook)
class WebhookAdmin(ReadOnly):
    """Servers of listeners that are told what happens, without the secret."""

    list_display = ("url", "user", "events", "is_active", "failures", "created_at")
    list_filter = ("is_active", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "url")
    date_hierarchy = "created_at"
    exclude = ("secret",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly):
    """What they were told."""

    list_display = ("created_at", "event", "webhook", "state", "attempts", "status_code", "problem")
    list_filter = ("state", "event", "created_at")
    list_select_related = ("webhook",)
    search_fields = ("webhook__user__username", "webhook__url")
    date_hierarchy = "created_at"


@admin.register(QuotaFamily)
class QuotaFamilyAdmin(ReadOnly):
    """What Spotify's quota says."""

    list_display = ("family", "blocked_until", "is_quota", "consecutive", "updated_at")
    list_filter = ("is_quota", "blocked_until")
    search_fields = ("family",)
    actions = ("lift",)

    @admin.action(description=_("Lift the block"), permissions=["act"])
    def lift(self, request: HttpRequest, chosen: QuerySet[QuotaFamily]) -> None:
        """Let these families be called again."""
        _tell(request, sum(lift_block(family.pk) for family in chosen))


@admin.register(RefreshBreaker)
class RefreshBreakerAdmin(ReadOnly):
    """Whether refusals of Spotify are believed."""

    list_display = ("__str__", "open_since", "next_canary_at", "last_canary_user_id")
    actions = ("close",)

    @admin.action(description=_("Believe Spotify again"), permissions=["act"])
    def close(self, request: HttpRequest, chosen: QuerySet[RefreshBreaker]) -> None:
        """Go on refreshing without waiting for a canary."""
        believe_again()
        _tell(request, len(chosen))


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    """What happened to accounts."""

    list_display = ("at", "kind", "user", "detail")
    list_filter = ("kind", "at")
    list_select_related = ("user",)
    search_fields = ("user__username", "kind")
    date_hierarchy = "at"


def _tell(request: HttpRequest, done: int) -> None:
    messages.success(
        request, ngettext("%(done)s row changed.", "%(done)s rows changed.", done) % {"done": done}
    )
