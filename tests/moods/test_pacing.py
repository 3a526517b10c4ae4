"""Requests to a source keep their distance across processes, and ours go at once."""

from datetime import timedelta

import pytest

from moods.looks import look_at, sources_in_use
from moods.models import SourceHealth
from moods.pacing import LONGEST_WAIT, Pacer, spacing_for
from moods.services.source_health import free_to_ask, note_failure, reserve_call, wake
from moods.sources.types import Blocked, Retry
from tests.outside import NOW

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def test_two_processes_that_ask_at_once_go_one_after_the_other():
    waits = [reserve_call("lrclib", spacing=SECOND, now=NOW) for _ in range(3)]

    assert waits == [timedelta(0), SECOND, 2 * SECOND]


def test_a_pacer_waits_for_its_turn_but_not_for_ever():
    waited: list[float] = []
    pacer = Pacer("lrclib", SECOND, clock=lambda: NOW, wait=waited.append)

    for _ in range(6):
        pacer()

    assert waited == [1.0, 2.0, 3.0, LONGEST_WAIT.total_seconds(), LONGEST_WAIT.total_seconds()]


def test_a_source_of_our_own_is_asked_without_waiting():
    waited: list[float] = []
    pacer = Pacer("lrclib", spacing_for("http://127.0.0.1:9/api", SECOND), wait=waited.append)

    pacer()
    pacer()

    assert (waited, SourceHealth.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("url", "spacing"),
    [
        ("https://lrclib.net/api", SECOND),
        ("http://localhost:8000", timedelta(0)),
        ("http://[::1]:1/", timedelta(0)),
    ],
)
def test_only_sources_on_this_machine_are_asked_without_spacing(url, spacing):
    assert spacing_for(url, SECOND) == spacing


def test_only_sources_that_are_switched_on_are_used(settings):
    settings.SOURCES = ["musicbrainz", "lrclib"]

    assert (sources_in_use(), look_at("reccobeats"), look_at("nonsense")) == (
        ["lrclib", "musicbrainz"],
        None,
        None,
    )


@pytest.mark.parametrize(
    ("failure", "until"),
    [
        (Blocked(wait=timedelta(hours=24), reason="status 403"), NOW + timedelta(hours=24)),
        (Retry(after=timedelta(seconds=40), reason="status 429", status=429), NOW + timedelta(seconds=40)),
        (Retry(after=timedelta(days=1), reason="status 400", status=400), None),
        (Retry(after=None, reason="no answer"), None),
    ],
)
def test_a_source_rests_as_long_as_its_answer_means(failure, until):
    note_failure("lrclib", failure, now=NOW)

    assert SourceHealth.objects.get().blocked_until == until


def test_a_resting_source_can_be_woken():
    note_failure("lrclib", Blocked(wait=timedelta(hours=24), reason="status 403"), now=NOW)

    wake("lrclib")

    assert free_to_ask("lrclib", now=NOW)
