"""A cache in Redis that keeps JSON, never pickles, and that a page can do without."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


_BYTES = b"\0"
"""No JSON begins with it."""


class JsonSerializer:
    """The two methods Django's Redis cache asks of a serializer."""

    def dumps(self, value: Any) -> bytes | int:
        """`value` as JSON; a plain integer stays one, so that Redis can count with it; bytes stay bytes."""
        if type(value) is int:
            return value
        if isinstance(value, bytes):
            return _BYTES + value
        return json.dumps(value).encode()

    def loads(self, stored: bytes) -> Any:
        """The value that `dumps` was given."""
        return stored[1:] if stored[:1] == _BYTES else json.loads(stored)


def or_else(instead: Answer) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Answer `instead` where Redis does not answer, or has no room."""

    def forgiving(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(method)
        def asked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            try:
                return method(*args, **kwargs)
            except RedisError as problem:
                logger.warning("the cache is away: %s", type(problem).__name__)
                return instead

        return asked

    return forgiving


class ForgivingRedisCache(RedisCache):
    """While Redis is away nothing is found and nothing is kept; what must be counted is counted elsewhere."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` where there is none or no Redis."""
        return or_else(default)(super().get)(key, default, version)

    @or_else(None)
    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep it if possible."""
        super().set(key, value, timeout, version)

    @or_else(True)
    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep it where nothing is kept yet; True, too, where there is no Redis."""
        return bool(super().add(key, value, timeout, version))

    @or_else(False)
    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget it; whether it was there."""
        return bool(super().delete(key, version))
