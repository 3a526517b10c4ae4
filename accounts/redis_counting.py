"""Count what all processes do together in Redis, in one script that cannot be raced."""

import uuid
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from redis.commands.core import Script

from accounts.counting import Ticket

# A sliding log by Redis' own clock: forget what left the window, count, add or tell the wait (ms).
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local limit = tonumber(ARGV[1])
local made = redis.call('ZCARD', KEYS[1])
if made < limit then
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], window)
  return 0
end
local frees = redis.call('ZRANGE', KEYS[1], made - limit, made - limit, 'WITHSCORES')
return math.max(1, tonumber(frees[2]) + window - now)
"""
_PREFIX = "moodsite:calls:"


class CounterGone(Exception):
    """Redis does not answer: count in some other way."""


def take_redis_call(service: str, *, limit: int, window: timedelta) -> Ticket:
    """Count one call if fewer than `limit` were made in the last `window`.

    Raises CounterGone without Redis.
    """
    window_ms = int(window.total_seconds() * 1000)
    mark = f"redis-{uuid.uuid4().hex}"
    try:
        wait_ms = _script(settings.REDIS_URL)(keys=[_PREFIX + service], args=[limit, window_ms, mark])
    except redis.RedisError as failure:
        raise CounterGone from failure
    return Ticket(timedelta(milliseconds=int(wait_ms)), mark)


def give_back_redis(service: str, *, mark: str) -> None:
    """Take a counted call back. Raises CounterGone without Redis."""
    try:
        _client(settings.REDIS_URL).zrem(_PREFIX + service, mark)
    except redis.RedisError as failure:
        raise CounterGone from failure


@cache
def _client(url: str) -> redis.Redis:
    options = {"ssl_cert_reqs": None} if settings.REDIS_IS_TLS else {}
    return redis.Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=2, health_check_interval=30, **options
    )


@cache
def _script(url: str) -> Script:
    return _client(url).register_script(_SCRIPT)
