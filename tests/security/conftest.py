"""Who knocks at the doors."""

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from tests.security.world import fill

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(autouse=True)
def in_the_database(settings) -> None:
    """Count requests where a savepoint takes them back; hash passwords and find files cheaply."""
    settings.REDIS_URL = ""
    settings.WHITENOISE_USE_FINDERS = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def rows(alice):
    """One row of everything, alice's."""
    return fill(alice)


@pytest.fixture
def boss(db) -> User:
    """The person who runs the site."""
    return User.objects.create_superuser("boss", password="correct horse battery staple")


class Visitor:
    """Somebody who calls an address and leaves no trace in the database."""

    def __init__(self, user: User | None = None) -> None:
        self._client = Client(raise_request_exception=False)
        if user is not None:
            self._client.force_login(user)

    def call(self, method: str, address: str, **sent):
        """The answer; whatever it did is undone."""
        kept = self._client.cookies.copy()
        mark = transaction.savepoint()
        try:
            answer = getattr(self._client, method)(address, **sent)
            answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        finally:
            transaction.savepoint_rollback(mark)
            self._client.cookies.clear()
            self._client.cookies.update(kept)
        return answer
