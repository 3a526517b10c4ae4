"""What the tests of jobs share."""

from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture
def time_machine_at_noon():
    """The clock stands at noon of 1 March 2026 until it is shifted."""
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller
