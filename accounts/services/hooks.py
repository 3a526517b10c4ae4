"""Tell a listener's own servers what happened: kept in the transaction in which it happens, sent later."""

import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, TextChoices
from django.utils.translation import gettext as _

from accounts.fields import Unreadable
from accounts.models import User, Webhook, WebhookDelivery
from accounts.webhooks import UNANSWERED, AddressRefused, checked_address, parse_target, post, signature

PREFIX = "moodsite_hook_"
MOST_WEBHOOKS = 10
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=12)
GIVE_UP_AFTER = 20
"""Deliveries in a row that came to nothing, each after all of its tries."""
KEPT = timedelta(days=30)
DUE_AT_ONCE = 100
_GONE = 410


class Event(TextChoices):
    """What a listener can be told of."""

    PLAYLIST_REFRESHED = "playlist.refreshed"
    IMPORT_FINISHED = "import.finished"
    RECONNECT_NEEDED = "connection.reconnect_needed"


class WebhookRefused(ValueError):
    """The webhook may not be made like this; the message says why."""


def make_webhook(user: User, *, url: str, events: Collection[str], now: datetime) -> tuple[Webhook, str]:
    """A new webhook and the secret that signs what it sends, which is shown now and never again.

    Raises WebhookRefused for an address that is not public, an unknown event, or one too many.
    """
    if not events or not set(events) <= set(Event.values):
        raise WebhookRefused(_("Choose at least one of the events there are."))
    if Webhook.objects.for_user(user).count() >= MOST_WEBHOOKS:
        raise WebhookRefused(_("Delete a webhook first: there are too many."))
    try:
        _address_of(url)
    except AddressRefused as refusal:
        raise WebhookRefused(str(refusal)) from refusal
    secret = PREFIX + secrets.token_urlsafe(32)
    hook = Webhook.objects.create(
        user=user, url=url, secret=secret, events=sorted(set(events)), created_at=now
    )
    return hook, secret


def delete_webhook(hook: Webhook) -> None:
    """Send nothing there any more."""
    hook.delete()


def announce(user: User, event: Event, told: Mapping[str, Any], *, now: datetime) -> int:
    """Note for each webhook that wants it that `event` happened. The number of them.

    Call it in the transaction in which it happens: what is undone was never told.
    """
    wanted = [hook for hook in Webhook.objects.for_user(user).active() if event in hook.events]
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=hook, event=event, payload=dict(told), created_at=now, due_at=now)
        for hook in wanted
    )
    return len(wanted)


def claim_due_deliveries(now: datetime) -> list[WebhookDelivery]:
    """Deliveries whose time has come."""
    return list(WebhookDelivery.objects.due_at(now).select_related("webhook__user")[:DUE_AT_ONCE])


def deliver(delivery: WebhookDelivery, *, now: datetime) -> WebhookDelivery.State:
    """Try to send it once; whether it is done, waits for another try, or is given up."""
    hook = delivery.webhook
    status, problem = _try(delivery, now=now)
    if status is not None and 200 <= status < 300:
        return _ended(delivery, WebhookDelivery.State.DONE, status=status, problem="", now=now)
    if status == _GONE or delivery.attempts + 1 >= MOST_TRIES or not hook.is_active:
        return _ended(delivery, WebhookDelivery.State.FAILED, status=status, problem=problem, now=now)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 4**delivery.attempts)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=F("attempts") + 1, status_code=status, problem=problem, due_at=now + wait
    )
    return WebhookDelivery.State.WAITING


def forget_deliveries(now: datetime) -> int:
    """Delete what was sent, or given up, a month ago. The number of it."""
    deleted, _counts = WebhookDelivery.objects.ended_before(now - KEPT).delete()
    return deleted


def _try(delivery: WebhookDelivery, *, now: datetime) -> tuple[int | None, str]:
    """The status that came back, or None, and what was wrong."""
    hook = delivery.webhook
    if isinstance(hook.secret, Unreadable):
        return None, "no key opens its secret"
    body = json.dumps(
        {
            "id": str(delivery.pk),
            "event": delivery.event,
            "at": delivery.created_at.isoformat(),
            "data": delivery.payload,
        },
        separators=(",", ":"),
    ).encode()
    try:
        target = parse_target(hook.url, to_loopback=settings.WEBHOOKS_TO_LOOPBACK)
        address = checked_address(target, to_loopback=settings.WEBHOOKS_TO_LOOPBACK)
        status = post(target, address, body=body, headers=_headers(delivery, body, now=now))
    except AddressRefused as refusal:
        return None, str(refusal)
    except UNANSWERED as error:
        return None, type(error).__name__
    return status, "" if status < 300 else f"HTTP {status}"


def _headers(delivery: WebhookDelivery, body: bytes, *, now: datetime) -> dict[str, str]:
    timestamp, delivery_id = int(now.timestamp()), str(delivery.pk)
    signed = signature(delivery.webhook.secret, delivery_id=delivery_id, timestamp=timestamp, body=body)
    return {
        "User-Agent": settings.USER_AGENT,
        "Webhook-Id": delivery_id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signed,
    }


def _ended(
    delivery: WebhookDelivery,
    state: WebhookDelivery.State,
    *,
    status: int | None,
    problem: str,
    now: datetime,
) -> WebhookDelivery.State:
    is_done = state == WebhookDelivery.State.DONE
    hooks = Webhook.objects.filter(pk=delivery.webhook_id)
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            state=state, attempts=F("attempts") + 1, status_code=status, problem=problem, finished_at=now
        )
        hooks.update(failures=0 if is_done else F("failures") + 1)
        if status == _GONE:
            hooks.update(is_active=False)
        hooks.filter(failures__gte=GIVE_UP_AFTER).update(is_active=False)
    return state


def _address_of(url: str) -> str:
    to_loopback = settings.WEBHOOKS_TO_LOOPBACK
    return checked_address(parse_target(url, to_loopback=to_loopback), to_loopback=to_loopback)
