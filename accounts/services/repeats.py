"""Keep the answers to requests that a listener may send again under the same key."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import IdempotentAnswer, User

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """An answer as it was given: status, the headers that matter, the body as JSON."""

    status: int
    headers: dict[str, str]
    body: Any


def first_answer(
    user: User, key: str, *, fingerprint: str, now: datetime
) -> IdempotentAnswer | FirstAnswer | None:
    """The answer given to this very request, or a row to keep it in where it is the first.

    None when the key belongs to another request. Call it in the transaction that does the work: a
    second request under the same key waits there until the first has ended.
    """
    IdempotentAnswer.objects.of_user(user).kept_before(now - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(user=user, key=key, fingerprint=fingerprint, at=now)
    except IntegrityError:
        known = IdempotentAnswer.objects.of_user(user).get(key=key)
    if known.fingerprint != fingerprint:
        return None
    return FirstAnswer(**known.answer)


def keep_answer(row: IdempotentAnswer, answer: FirstAnswer) -> None:
    """Keep what was answered."""
    row.answer = asdict(answer)
    row.save(update_fields=["answer"])


def forget_answers(now: datetime) -> int:
    """Delete answers older than a day. The number of them."""
    deleted, _ = IdempotentAnswer.objects.kept_before(now - KEPT).delete()
    return deleted
