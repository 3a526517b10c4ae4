"""Wait one's turn before a request to a source, across all processes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from moods.services.source_health import reserve_call

LONGEST_WAIT = timedelta(seconds=3)
"""A turn further away than this is not waited for: so many others are asking already."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Pacer:
    """Called before each request to `source`: returns when it may go, `spacing` after the last one."""

    source: str
    spacing: timedelta
    clock: Callable[[], datetime] = timezone.now
    wait: Callable[[float], None] = time.sleep

    def __call__(self) -> None:
        """Wait, a second or so; whoever asks at the same time goes later."""
        away = reserve_call(self.source, spacing=self.spacing, now=self.clock())
        if away:
            self.wait(min(away, LONGEST_WAIT).total_seconds())


def spacing_for(url: str, spacing: timedelta) -> timedelta:
    """The source's own spacing, or none for one on this machine, which is ours."""
    return timedelta() if urlsplit(url).hostname in _LOOPBACK else spacing
