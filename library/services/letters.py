"""Keep entries that could not be read, so that none is passed over in silence."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from accounts.models import User
from library.models import DeadLetter
from spotify.types import Reason, RejectedEntry

EXPECTED = frozenset({Reason.NO_TRACK, Reason.EPISODE})
"""What every library has some of: songs that were taken down, and podcasts."""


def store_letters(user: User, entries: Iterable[RejectedEntry], *, source: str, now: datetime) -> int:
    """Keep each entry once; the number of those that were not kept yet."""
    found = (_letter(user, entry, source=source, now=now) for entry in entries)
    letters = {letter.digest: letter for letter in found}
    if not letters:
        return 0
    known = DeadLetter.objects.for_user(user).filter(digest__in=letters).count()
    DeadLetter.objects.bulk_create(letters.values(), ignore_conflicts=True)
    return len(letters) - known


def store_surprising_letters(
    user: User, entries: Iterable[RejectedEntry], *, source: str, now: datetime
) -> int:
    """Keep the entries whose reason is not an everyday one; the number of unreadable ones."""
    surprising = [entry for entry in entries if entry.reason not in EXPECTED]
    store_letters(user, surprising, source=source, now=now)
    return len(surprising)


def _letter(user: User, entry: RejectedEntry, *, source: str, now: datetime) -> DeadLetter:
    digest = sha256(f"{source}\n{entry.raw}".encode()).hexdigest()
    return DeadLetter(
        user_id=user.pk, source=source, reason=entry.reason.value, raw=entry.raw, digest=digest, at=now
    )
