"""Ask for exports, send them out, and forget them after a while."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from moodsite.models import Export

KEPT = timedelta(days=7)
"""Long enough to be fetched on another day, short enough not to lie around."""


def ask_for_export(user: User, *, now: datetime) -> Export:
    """A new export to be written, or the one that is being written."""
    waiting = Export.objects.for_user(user).unready().newest_first().first()
    return waiting or Export.objects.create(user=user, created_at=now)


def content_of(export: Export) -> Iterator[bytes]:
    """The bytes of the ZIP, a mebibyte at a time."""
    contents = export.parts.order_by("number").values_list("content", flat=True)
    for content in contents.iterator(chunk_size=1):
        yield bytes(content)


def give_up(now: datetime) -> int:
    """Mark exports that nobody writes any more as failed. The number of them."""
    return Export.objects.given_up().update(state=Export.State.FAILED, finished_at=now)


def forget_exports(now: datetime) -> int:
    """Delete exports of more than a week ago. The number of them."""
    old = Export.objects.made_before(now - KEPT)
    count = old.count()
    old.delete()
    return count
