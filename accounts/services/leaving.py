"""Disconnecting from Spotify and deleting an account, with what other apps remove on the way.

Apps that build on this one register what they remove; it is called in the order of registration.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from accounts.models import User
from accounts.services.audit import Audited, record_audit
from jobs.models import Job
from jobs.services import cancel_job

logger = logging.getLogger(__name__)

Removal = Callable[[User], object]
"""A function that removes rows of a listener; safe to repeat."""

R = TypeVar("R", bound=Removal)

_on_disconnect: list[Removal] = []
_on_deletion: list[Removal] = []


def on_disconnect(removal: R) -> R:
    """Register the decorated `removal(user)` of what came from Spotify's API."""
    _on_disconnect.append(removal)
    return removal


def on_deletion(removal: R) -> R:
    """Register the decorated `removal(user)` of what is too much to leave to the cascade."""
    _on_deletion.append(removal)
    return removal


def close_account(user: User, *, now: datetime) -> int:
    """Shut the door at once: no sign-in, no token, no work goes on. The number of jobs stopped."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.api_tokens.unrevoked().update(revoked_at=now)
        return cancel_all_jobs(user, now=now)


def delete_account(user_id: int, *, now: datetime) -> bool:
    """Remove the person and everything of theirs. False when there is nobody any more.

    Jobs are stopped first, so nothing writes new rows; what other apps registered goes in chunks;
    the rest goes with the person, in one transaction, held together by foreign keys. A job that still
    runs finds its row gone and undoes what it was writing.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return False
    close_account(user, now=now)
    for removal in _on_deletion:
        removal(user)
    with transaction.atomic():
        # First of all locks, as every writer of the listener's rows takes it first: what is being
        # written ends before, and nobody waits for somebody who waits for us.
        list(User.objects.select_for_update().values_list("pk").filter(pk=user_id))
        user.delete()
        record_audit(Audited.ACCOUNT_DELETED, now=now)
    logger.info("listener %s deleted their account", user_id)
    return True


def remove_spotify_rows(user_id: int) -> int:
    """Have every app remove what it got from Spotify's API for the listener. How many did.

    Not for a listener who has connected again meanwhile: what is there now is newly allowed.
    """
    user = User.objects.filter(pk=user_id, connection=None).first()
    if user is None:
        return 0
    for removal in _on_disconnect:
        removal(user)
    return len(_on_disconnect)


def cancel_all_jobs(user: User, *, now: datetime) -> int:
    """Stop what waits or runs for the listener. The number of jobs stopped."""
    return sum(cancel_job(job, now=now) for job in Job.objects.live().for_user(user))
