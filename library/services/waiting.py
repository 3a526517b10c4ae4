"""When Spotify may be asked again."""

from datetime import datetime

from accounts.services import quota_waits
from spotify.errors import RateLimited, fallback_wait


def allowed_again_at(limit: RateLimited, *, now: datetime) -> datetime:
    """When the refused endpoint may be asked again.

    Where Spotify named no usable wait, the quota gate has chosen one for everybody.
    """
    if limit.retry_after is not None:
        return now + limit.retry_after
    chosen = [wait.until for wait in quota_waits(now) if wait.family == limit.family]
    return max(chosen, default=now + fallback_wait(0))
