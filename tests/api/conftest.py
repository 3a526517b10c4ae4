"""A program that calls the API for alice, and one for bob."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from accounts.services.tokens import make_token


@pytest.fixture(autouse=True)
def each_test_for_itself(settings) -> None:
    """Count in the database, which forgets after each test: all clients have one address."""
    settings.REDIS_URL = ""


def client_of(user: User, *scopes: str) -> Client:
    """A program with a token of `user`."""
    _token, secret = make_token(
        user, name="script", scopes=scopes or ("read", "write"), life=timedelta(days=1), now=datetime.now(UTC)
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def api(alice) -> Client:
    return client_of(alice)


@pytest.fixture
def bobs_api(bob) -> Client:
    return client_of(bob)


@pytest.fixture
def queries_of(django_assert_max_num_queries) -> Iterator[Callable[[Callable[[], object]], int]]:
    """How many queries a call makes; the clock stands, since a new slice of a limit costs two more."""

    def count(call: Callable[[], object]) -> int:
        with django_assert_max_num_queries(1000) as counted:
            call()
        return len(counted)

    with time_machine.travel(datetime.now(UTC), tick=False):
        yield count
