"""The least there is without the shared counter: one call a second in each process, never unlimited."""

import threading
import time
from datetime import timedelta

ONE_CALL_EVERY = timedelta(seconds=1)

_lock = threading.Lock()
_next_at: dict[str, float] = {}


def take_floor_call(service: str, *, allowed: bool) -> timedelta:
    """Zero when this process has not called for a second; otherwise the wait. Nothing if not `allowed`."""
    if not allowed:
        return timedelta(minutes=1)
    now = time.monotonic()
    with _lock:
        due_at = _next_at.get(service, now)
        if due_at > now:
            return timedelta(seconds=due_at - now)
        _next_at[service] = now + ONE_CALL_EVERY.total_seconds()
    return timedelta(0)
