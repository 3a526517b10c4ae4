"""Tell a listener who took the permission back from a Spotify that refuses everybody.

Spotify once called good grants dead for hours (contracts of other projects tell of lost tokens), so
when many are refused at once nobody is marked, and one canary every five minutes finds out.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.counting import count_call
from accounts.models import CallWindow, Connection, RefreshBreaker
from spotify.errors import SpotifyUnavailable

logger = logging.getLogger(__name__)

LOOK_BACK = timedelta(minutes=10)
CANARY_EVERY = timedelta(minutes=5)
MANY_LISTENERS = 5
MANY_OF_ALL = 0.2
ENOUGH_TO_JUDGE = 10
"""Of fewer refreshes than this a share says nothing: one refusal among three would be a third."""

_REFRESHES = "refreshes"
_SLICE = timedelta(seconds=30)


class TryLater(SpotifyUnavailable):
    """Nothing is wrong with the grant as far as we know: come back at `until`."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until


def count_refresh(now: datetime) -> None:
    """Note that one refresh is being asked for."""
    count_call(_REFRESHES, slice_length=_SLICE, keep=LOOK_BACK, now=now)


def admit_refresh(user_id: int, *, now: datetime) -> None:
    """Let a refresh through, or, while Spotify refuses everybody, only the canary of the moment.

    Raises TryLater for everybody else.
    """
    breaker = RefreshBreaker.objects.exclude(open_since=None).order_by("pk").first()
    if breaker is None or _becomes_canary(breaker, user_id, now=now):
        return
    until = max(breaker.next_canary_at or now, now + timedelta(seconds=30))
    raise TryLater(until, "Spotify refuses everybody's permission at the moment")


def breaker_is_open() -> bool:
    """Whether refusals are not believed at the moment."""
    return RefreshBreaker.objects.exclude(open_since=None).exists()


def is_refusing_everybody(now: datetime) -> bool:
    """Whether so many grants were refused of late that the fault must be Spotify's."""
    refused = Connection.objects.refused_since(now - LOOK_BACK).count()
    if refused >= MANY_LISTENERS:
        return True
    asked = _refreshes_since(now - LOOK_BACK)
    return asked >= ENOUGH_TO_JUDGE and refused > MANY_OF_ALL * asked


def stop_believing(now: datetime) -> TryLater:
    """Stop refreshing, and take back what was believed of the last ten minutes.

    What to raise: it says when the next canary may go.
    """
    RefreshBreaker.objects.get_or_create(pk=1)
    next_canary_at = now + CANARY_EVERY
    opened = RefreshBreaker.objects.filter(pk=1, open_since=None).update(
        open_since=now, next_canary_at=next_canary_at, last_canary_user_id=None
    )
    if opened:
        logger.error("Spotify refuses many grants at once: refreshing stops, one canary every 5 minutes")
    Connection.objects.refused_since(now - LOOK_BACK).update(
        state=Connection.State.ACTIVE, broken_at=None, broken_why=""
    )
    return TryLater(next_canary_at, "Spotify refuses everybody's permission at the moment")


def believe_again() -> None:
    """A refresh went through: whatever was wrong is over."""
    closed = RefreshBreaker.objects.exclude(open_since=None).update(open_since=None, next_canary_at=None)
    if closed:
        logger.warning("Spotify accepts grants again: refreshing goes on")


def _becomes_canary(breaker: RefreshBreaker, user_id: int, *, now: datetime) -> bool:
    """Take the place of the canary that is due; one caller only, and not the last one at once again.

    A listener who really took the permission back must not be the canary for ever; but where there
    is nobody else the same one may go again after twice the time.
    """
    due = RefreshBreaker.objects.filter(pk=breaker.pk, next_canary_at__lte=now)
    somebody_else = Q(last_canary_user_id=None) | ~Q(last_canary_user_id=user_id)
    long_due = Q(next_canary_at__lte=now - CANARY_EVERY)
    return bool(
        due.filter(somebody_else | long_due).update(
            next_canary_at=now + CANARY_EVERY, last_canary_user_id=user_id
        )
    )


def _refreshes_since(moment: datetime) -> int:
    first = int(moment.timestamp() // _SLICE.total_seconds())
    return CallWindow.objects.of_service(_REFRESHES).from_window(first).total()
