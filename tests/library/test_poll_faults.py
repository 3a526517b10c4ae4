"""Polling under faults as a state machine; `bench/poll_faults.py` plays ten thousand of them."""

from contextlib import ExitStack

import pytest
from django.contrib.auth import get_user_model
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.poll_faults import BETWEEN_LISTENERS, FAULT_NAMES, OUTAGE, a_world
from library.models import Play
from tests.outside import NOW


class Polling(RuleBasedStateMachine):
    """A listener listens, time passes, things go wrong; what Spotify delivered is always stored once."""

    start = NOW

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.user = get_user_model().objects.create_user("listener")
        self.world = self.stack.enter_context(a_world(self.user, start=Polling.start))

    def teardown(self) -> None:
        self.world.pending.clear()
        self.world.rest(60)
        verdict = self.world.verdict()
        Polling.start = self.world.now + BETWEEN_LISTENERS
        self.stack.close()
        self.user.delete()
        assert {name: verdict[name] for name in ("deliverable_lost", "twice", "invented")} == {
            "deliverable_lost": 0,
            "twice": 0,
            "invented": 0,
        }

    @rule(
        songs=st.integers(1, 40),
        each_s=st.sampled_from([31, 60, 200]),
        lag_s=st.sampled_from([0, 0, 90, 1200]),
    )
    def listen(self, songs: int, each_s: int, lag_s: int) -> None:
        self.world.listen(songs=songs, each_s=each_s, lag_s=lag_s)

    @rule(minutes=st.sampled_from([1, 11, 90]))
    def rest(self, minutes: int) -> None:
        self.world.rest(minutes)

    @rule(fault=st.sampled_from(FAULT_NAMES))
    def inject(self, fault: str) -> None:
        self.world.inject(fault)

    @precondition(lambda self: len(self.world.pending) < OUTAGE)
    @rule()
    def take_spotify_down(self) -> None:
        for _ in range(OUTAGE):
            self.world.inject("server error")

    @invariant()
    def answered_plays_are_stored_once(self) -> None:
        stored = sorted(Play.objects.filter(user=self.user).values_list("played_at", flat=True))
        answered = sorted(play.played_at for play in self.world.truth if play.was_answered)
        assert sorted(set(stored) | set(answered)) == stored


@pytest.mark.django_db
def test_polling_loses_nothing_that_spotify_delivered():
    run_state_machine_as_test(
        Polling,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
