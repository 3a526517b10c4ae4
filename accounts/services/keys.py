"""Encrypt stored secrets anew with the newest of TOKEN_KEYS, so that an older key can be dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from accounts.fields import Unreadable, bind, is_current
from accounts.models import Connection, Webhook
from accounts.services.audit import Audited, record_audit

BATCH = 500
_STORED = "stored_"

Row = Connection | Webhook


@dataclass
class Rotation:
    """What became of the stored grants and webhooks; the four sum to their number."""

    rotated: int = 0
    current: int = 0
    changed_meanwhile: int = 0
    unreadable: int = 0


def rotate_token_keys(*, now: datetime) -> Rotation:
    """Go through every grant and webhook; safe to repeat, to stop at any point, and beside refreshes.

    A grant that is refreshed meanwhile is encrypted with the newest key by that. What was stored
    before secrets were bound to their listener is bound now.
    """
    report = Rotation()
    _rotate_all(Connection.objects.all(), ("access_token", "refresh_token"), report)
    _rotate_all(Webhook.objects.all(), ("secret",), report)
    record_audit(Audited.KEYS_ROTATED, now=now, **vars(report))
    return report


def _rotate_all(rows: "QuerySet[Any]", names: Sequence[str], report: Rotation) -> None:
    stored = rows.annotate(**{_STORED + name: Cast(name, TextField()) for name in names}).order_by("pk")
    last_pk = 0
    while batch := list(stored.filter(pk__gt=last_pk)[:BATCH]):
        for row in batch:
            _rotate(row, stored, names, report)
        last_pk = batch[-1].pk


def _rotate(row: Row, stored: "QuerySet[Any]", names: Sequence[str], report: Rotation) -> None:
    secrets = {name: getattr(row, name) for name in names}
    if any(isinstance(secret, Unreadable) for secret in secrets.values()):
        report.unreadable += 1
        return
    ciphertexts = {_STORED + name: getattr(row, _STORED + name) for name in names}
    if all(is_current(text, user_id=row.user_id) for text in ciphertexts.values()):
        report.current += 1
        return
    bound = {name: bind(secret, user_id=row.user_id) for name, secret in secrets.items()}
    if stored.order_by().filter(pk=row.pk, **ciphertexts).update(**bound):
        report.rotated += 1
    else:
        report.changed_meanwhile += 1
