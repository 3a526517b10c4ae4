"""The cache in Redis, and pages without it."""

import os
import uuid

import pytest

from moodsite.cache import ForgivingRedisCache, JsonSerializer

OPTIONS = {"OPTIONS": {"serializer": JsonSerializer, "socket_timeout": 2, "socket_connect_timeout": 2}}
needs_redis = pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="REDIS_URL names no Redis")


def test_cache_finds_and_keeps_nothing_while_redis_is_away(caplog):
    cache = ForgivingRedisCache("redis://127.0.0.1:9/0", OPTIONS)

    answers = (
        cache.get("a"),
        cache.get("a", 7),
        cache.set("a", 1),
        cache.add("a", 1),
        cache.delete("a"),
        cache.get_or_set("a", 3),
    )

    assert answers == (None, 7, None, True, False, 3)
    assert set(caplog.messages) == {"the cache is away: ConnectionError"}


@pytest.mark.parametrize("value", [7, "seven", [1, 2], {"a": None}, True, 0.5, b"", b"\0\xff{"])
def test_serializer_gives_back_what_it_was_given(value):
    stored = JsonSerializer().dumps(value)

    assert JsonSerializer().loads(stored if isinstance(stored, bytes) else str(stored).encode()) == value


@needs_redis
def test_cache_keeps_and_forgets_in_redis():
    cache, key = ForgivingRedisCache(os.environ["REDIS_URL"], OPTIONS), uuid.uuid4().hex

    assert (cache.add(key, {"a": 1}, 5), cache.add(key, 2, 5), cache.get(key)) == (True, False, {"a": 1})
    cache.set(key, [2], 5)
    assert (cache.get(key), cache.delete(key), cache.delete(key)) == ([2], True, False)
