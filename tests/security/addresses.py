"""Every address there is, taken from the URLconf, and who it is for."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

PUBLIC, OWN, OBJECT, STAFF = "public", "own", "object", "staff"

PAGES = {
    PUBLIC: {
        *("landing", "styleguide", "style-guide", "manifest", "healthz", "readyz", "metrics", "set_language"),
        *("privacy", "api-schema", "api-docs"),
        # Signing in and what belongs to it; what needs a person redirects there.
        *("account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate"),
        *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
        *("account_reset_password_from_key_done", "account_confirm_email", "account_confirm_login_code"),
        *("account_email_verification_sent", "socialaccount_login_cancelled", "socialaccount_login_error"),
        *("socialaccount_signup", "spotify_login", "spotify_callback"),
        *("accounts/social/login/cancelled/", "accounts/social/login/error/", "accounts/social/signup/"),
        "accounts/social/connections/",
        "api/v1/",
    },
    OWN: {
        *("account_email", "account_change_password", "account_set_password", "socialaccount_connections"),
        *("spotify_allow_saving", "spotify_reconnect", "settings", "settings_preferences"),
        *("settings_time_zone", "settings_password", "settings_tokens", "settings_disconnect"),
        *("settings_delete", "imports", "imports-list", "sync", "sync-now", "sync-progress", "home"),
        *("home-progress", "year", "moods", "mood", "tracks", "corrections", "corrections-use"),
        *("corrections-reset", "build", "playlists", "api-start", "api-me", "api-me-spotify", "job-list"),
        *("api-token-list", "api-play-list", "api-sync-list", "api-gap-list", "api-import-list"),
        *("api-exclusion-list", "api-track-list", "api-correction-list", "api-correction-reset"),
        *("api-mood-list", "api-mood-clock", "api-mood-map", "api-mood-summary", "api-mood-timeline"),
        *("settings_webhooks", "api-webhook-list", "import-sample", "share", "share-card", "excluded"),
        *("export_everything", "export_list", "export_new", "api-export-list"),
        *("api-mood-detail", "api-playlist-list", "api-playlist-preview", "api-playlist-ready-made"),
        "build-new-songs",
    },
    OBJECT: {
        *("excluded-allow", "settings_webhook_delete", "api-webhook-detail", "api-webhook-deliveries"),
        *("settings_token_revoke", "import", "import-status", "import-cancel", "import-delete"),
        *("import-left-out", "track", "track-choose", "track-correct", "track-undo", "track-exclude"),
        *("track-allow", "artist-exclude", "artist-allow", "playlist", "playlist-status", "playlist-edit"),
        *("playlist-publish", "playlist-refresh", "playlist-details", "playlist-schedule"),
        *("playlist-version", "playlist-export", "playlist-duplicate", "playlist-delete"),
        *("playlist-undelete", "playlist-restore", "playlist-recreate", "playlist-compare"),
        *("job-detail", "api-token-detail", "api-sync-detail", "api-import-detail", "api-import-cancel"),
        *("api-import-rejected", "api-exclusion-detail", "api-track-detail", "api-track-mood"),
        *("api-playlist-detail", "api-playlist-bring-back", "api-playlist-duplicate", "api-playlist-export"),
        *("api-playlist-publish", "api-playlist-refresh", "api-playlist-restore", "api-playlist-versions"),
        *("export_download", "api-export-detail", "api-export-download", "api-playlist-version"),
        *("playlist-left", "playlist-let-back", "api-playlist-left", "api-playlist-let-back"),
    },
}
"""By class, the names of routes, or their patterns where they have none. What is under admin/ is STAFF."""

NO_KEY = {"uidb36": "1", "key": "set-password", "mood": "sad", "name": "sad", "url": "nothing"}
NOTHING = {int: 2**40, uuid.UUID: uuid.UUID(int=1)}
"""What names no row of anybody."""


@dataclass(frozen=True)
class Route:
    """One route: its pattern, its name as reverse() takes it, its parameters, and its class."""

    pattern: str
    name: str
    parameters: tuple[str, ...]
    kind: str | None
    takes: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def address(self, **values: Any) -> str:
        """Where it is for these values; for a pattern without a name the pattern is the address."""
        if not self.name:
            return "/" + re.sub(r"[\^$]|\(.*\)", "", self.pattern)
        known = {**NO_KEY, **values}
        return reverse(self.name, kwargs={name: known[name] for name in self.parameters})


def all_routes() -> list[Route]:
    """Every route of the URLconf."""
    return [_route(*found) for found in _walk(get_resolver().url_patterns)]


def _walk(patterns: Any, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    for found in patterns:
        whole = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield whole, found, spaces
        else:
            below = (*spaces, found.namespace) if found.namespace else spaces
            yield from _walk(found.url_patterns, whole, below)


def _route(pattern: str, found: URLPattern, spaces: tuple[str, ...]) -> Route:
    parameters = tuple(re.findall(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", pattern))
    named = tuple(first or second for first, second in parameters)
    name = ":".join([*spaces, found.name]) if found.name else ""
    return Route(pattern, name, named, _kind(pattern, found.name or ""))


def _kind(pattern: str, name: str) -> str | None:
    if pattern.startswith("admin/"):
        return STAFF
    return next((kind for kind, names in PAGES.items() if (name or pattern) in names), None)
