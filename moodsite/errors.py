"""Report errors to Sentry where SENTRY_DSN says so: without personal data, variables, bodies or secrets."""

from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from moodsite.logs import without_secrets

HIDDEN = "[hidden]"
_NEVER_SENT = frozenset({"cookies", "data", "env", "query_string", "headers", "user"})
"""Parts of a request that can name a person or open a session."""


def start_reporting(dsn: str, *, release: str, environment: str) -> None:
    """Send errors of this process to `dsn` from now on; nothing is sent where it is empty."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=20,
        traces_sample_rate=0.0,
        before_send=scrubbed,
        before_breadcrumb=scrubbed_crumb,
    )


def scrubbed(event: Event, hint: Hint) -> Event:
    """`event` as it may leave: no person, no cookie, no header, no query, and no secret in any text."""
    event.pop("user", None)
    request = event.get("request", {})
    for part in _NEVER_SENT & set(request):
        request[part] = HIDDEN
    cleaned: Event = _clean(event)
    return cleaned


def scrubbed_crumb(crumb: dict[str, Any], hint: Hint) -> dict[str, Any]:
    """One breadcrumb (a log line, a request that went out) without secrets."""
    cleaned: dict[str, Any] = _clean(crumb)
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value
