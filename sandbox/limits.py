"""Rate limits that count for themselves: the Web API's rolling 30 seconds and MusicBrainz's one a second."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta


class RollingLimit:
    """Allows so many requests in any stretch of time."""

    def __init__(self, most: int, *, within: timedelta) -> None:
        self._most, self._within = most, within
        self._admitted: deque[datetime] = deque()

    def wait(self, now: datetime) -> timedelta | None:
        """None and the request is counted, or how long until the next one is let in."""
        while self._admitted and self._admitted[0] <= now - self._within:
            self._admitted.popleft()
        if len(self._admitted) >= self._most:
            return self._admitted[0] + self._within - now
        self._admitted.append(now)
        return None
