"""Requests that nobody thought of: nothing breaks, and every answer is one that the document describes."""

from datetime import UTC, datetime, timedelta

from accounts.services.tokens import make_token
from tests.api.fuzzing import Fuzzing
from tests.security.world import fill


def test_no_request_breaks_anything_or_is_answered_as_nobody_said(alice, settings):
    settings.REDIS_URL = ""
    rows = fill(alice)
    _, token = make_token(
        alice, name="fuzz", scopes=["read", "write"], life=timedelta(days=1), now=datetime.now(UTC)
    )

    fuzzing = Fuzzing(rows, token, examples=1, start=7)

    fuzzing.run()

    assert fuzzing.failures == []
    assert fuzzing.sent > 100
