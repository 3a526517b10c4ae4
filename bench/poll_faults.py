"""Polling under faults with a virtual clock: what is lost, what is stored twice, what gaps are seen.

`python -m bench.poll_faults --faults 10000` plays until that many faults were injected and prints one
JSON report; it ends with status 1 when a deliverable play was lost or one was stored twice. The
outside is the sandbox over real HTTP, the database is SQLite in memory.
"""

import argparse
import json
import os
import random
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

if __name__ == "__main__":
    import tests.environment  # noqa: F401  # before Django reads its settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")
    import django

    django.setup()

from django.core.management import call_command
from django.db import transaction
from django.test.utils import override_settings

from accounts.models import QuotaFamily, User
from accounts.services import client_for
from library.models import Gap, Play, PollSchedule
from library.services.plays import poll_plays
from library.services.polling import claim_due_polls, poll_listener
from sandbox import Sandbox
from spotify.errors import SpotifyError
from tests.outside import NOW, connect

DELIVERABLE_AFTER = timedelta(minutes=15)
"""The longest wait of a small installation, ten minutes, and five for a late tick."""

WINDOW = 50
BETWEEN_LISTENERS = timedelta(hours=8)
OUTAGE = 30
"""Polls that fail in a row while Spotify is down for half a day: then gaps are due."""


class Killed(Exception):
    """The worker was killed before it could commit."""


@dataclass
class Listened:
    """One true play: when it ended, when Spotify lists it."""

    played_at: datetime
    visible_at: datetime
    was_answered: bool = False


@dataclass
class PollWorld:
    """One listener, Spotify and our poller, living through virtual time."""

    sandbox: Sandbox
    user: User
    now: datetime = NOW
    truth: list[Listened] = field(default_factory=list)
    bad_times: list[tuple[datetime, datetime]] = field(default_factory=list)
    faults: int = 0
    polls: int = 0
    pending: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        connect(self.user, self.sandbox, "nina", now=self.now)
        PollSchedule.objects.create(user=self.user, next_poll_at=self.now)
        self.songs = [song["id"] for song in self.sandbox.songs()[:300]]
        self.live_until(self.now + timedelta(seconds=1))

    # What the listener does

    def listen(self, *, songs: int, each_s: float, lag_s: float = 0.0) -> None:
        """Hear so many songs, each so long; Spotify lists them `lag_s` later."""
        for number in range(songs):
            self.live_until(self.now + timedelta(seconds=each_s))
            song = self.songs[(len(self.truth) + number) % len(self.songs)]
            row = self.sandbox.play("nina", song, self.now, lag_s=lag_s)
            played_at = datetime.fromisoformat(row["played_at"])
            self.truth.append(Listened(played_at, self.now + timedelta(seconds=lag_s)))

    def rest(self, minutes: float) -> None:
        """Hear nothing."""
        self.live_until(self.now + timedelta(minutes=minutes))

    # What goes wrong

    def inject(self, fault: str) -> None:
        """Let the next poll meet `fault`."""
        self.pending.append(fault)

    # Time

    def live_until(self, moment: datetime) -> None:
        """Let time pass; polls happen when the schedule says."""
        while (due_at := self._next_poll_at()) <= moment:
            self._move_to(max(due_at, self.now))
            self._tick()
        self._move_to(moment)

    def _next_poll_at(self) -> datetime:
        return PollSchedule.objects.get(user=self.user).next_poll_at

    def _move_to(self, moment: datetime) -> None:
        self.now = max(moment, self.now)
        self.sandbox.set_now(self.now)

    def _tick(self) -> None:
        claimed = claim_due_polls(self.now)
        if not claimed:
            self._move_to(self.now + timedelta(seconds=5))
        for _ in claimed:
            fault = self.pending.pop(0) if self.pending else None
            if fault is not None:
                self.faults += 1
            self.polls += 1
            FAULTS[fault](self)
            self.sandbox.clear_failures()
            if fault is not None:
                self.bad_times.append((self.now, self._may_ask_at()))

    def _may_ask_at(self) -> datetime:
        """When Spotify lets itself be asked again: now, unless it told us to stay away."""
        blocks = QuotaFamily.objects.exclude(blocked_until=None).values_list("blocked_until", flat=True)
        return max([self.now, *(until for until in blocks if until)])

    def poll(self) -> None:
        """One poll; the plays it was answered with have to be stored from now on."""
        window = self.window()
        report = poll_listener(self.user, now=self.now)
        if "added" in report:
            for play in window:
                play.was_answered = True

    def window(self) -> list[Listened]:
        """What Spotify lists now."""
        listed = [play for play in self.truth if play.visible_at <= self.now]
        return sorted(listed, key=lambda play: play.played_at, reverse=True)[:WINDOW]

    # What came of it

    def verdict(self) -> dict[str, int]:
        """Counts of what was lost though deliverable, stored twice, and seen as a gap."""
        stored: dict[datetime, int] = {}
        for moment in Play.objects.filter(user=self.user).values_list("played_at", flat=True):
            stored[moment] = stored.get(moment, 0) + 1
        missing = [play for play in self.truth if play.played_at not in stored]
        gaps = list(Gap.objects.filter(user=self.user).values_list("from_at", "to_at"))
        in_gap = [play for play in missing if any(first < play.played_at < last for first, last in gaps)]
        idle = [
            (first, last)
            for first, last in gaps
            if not any(first < play.played_at < last for play in missing)
        ]
        return {
            "plays": len(self.truth),
            "polls": self.polls,
            "faults": self.faults,
            "deliverable_lost": sum(self._was_deliverable(play) for play in missing),
            "twice": sum(count - 1 for count in stored.values()),
            "invented": len(set(stored) - {play.played_at for play in self.truth}),
            "undeliverable": len([play for play in missing if not self._was_deliverable(play)]),
            "undeliverable_in_a_gap": len([play for play in in_gap if not self._was_deliverable(play)]),
            "undeliverable_listed_late": sum(self._was_late(play) for play in missing if play not in in_gap),
            "gaps": len(gaps),
            "gaps_without_a_loss": len(idle),
        }

    def _was_late(self, play: Listened) -> bool:
        """Whether Spotify listed it after a later play, where no window shows that it is missing."""
        return any(
            other.played_at > play.played_at and other.visible_at < play.visible_at for other in self.truth
        )

    def _was_deliverable(self, play: Listened) -> bool:
        """Whether it was in an answer, or listed for long enough without a fault in the way."""
        if play.was_answered:
            return True
        later = sorted(
            max(other.visible_at, play.visible_at) for other in self.truth if other.played_at > play.played_at
        )
        leaves_at = later[WINDOW - 1] if len(later) >= WINDOW else self.now
        disturbed = any(first <= leaves_at and play.visible_at <= last for first, last in self.bad_times)
        return not disturbed and leaves_at - play.visible_at >= DELIVERABLE_AFTER


# Faults


def _failing(**order: Any) -> Callable[[PollWorld], None]:
    def poll_with_failure(world: PollWorld) -> None:
        world.sandbox.fail("recently_played", **order)
        world.poll()

    return poll_with_failure


def _token_down(world: PollWorld) -> None:
    world.sandbox.expire_access_tokens()
    world.sandbox.fail("token", status=503, body="<html>Service Unavailable</html>")
    world.poll()


def _token_early_dead(world: PollWorld) -> None:
    world.sandbox.expire_access_tokens()
    world.poll()


def _killed(world: PollWorld) -> None:
    """The worker dies after all was written and before it was committed."""
    with suppress(SpotifyError):
        client = client_for(world.user, now=world.now)
        with suppress(Killed), transaction.atomic():
            poll_plays(world.user, client=client, now=world.now)
            raise Killed


def _twice(world: PollWorld) -> None:
    world.poll()
    world.poll()


def _one_bad_entry(world: PollWorld) -> None:
    """One entry of a good answer is damaged: the others must be stored, and it too the next time."""
    answer = _true_answer(world)
    if not answer["items"]:
        world.poll()
        return
    damage = DAMAGES[world.faults % len(DAMAGES)]
    place = world.faults * 7 % len(answer["items"])
    answer["items"][place] = damage(answer["items"][place])
    world.sandbox.fail("recently_played", status=200, body=answer)
    window = world.window()
    report = poll_listener(world.user, now=world.now)
    for number, play in enumerate(window):
        play.was_answered |= "added" in report and number != place


def _true_answer(world: PollWorld) -> Any:
    tokens = world.sandbox.grant("nina")
    request = urllib.request.Request(  # noqa: S310  # the sandbox
        f"{world.sandbox.spotify_api_url}/me/player/recently-played?limit=50",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        return json.load(reply)


DAMAGES: tuple[Callable[[Any], Any], ...] = (
    lambda _: None,
    lambda _: "text",
    lambda _: [],
    lambda entry: {**entry, "track": None},
    lambda entry: {**entry, "track": []},
    lambda entry: {**entry, "track": {}},
    lambda entry: {**entry, "track": {**entry["track"], "type": "episode"}},
    lambda entry: {**entry, "track": {**entry["track"], "name": 7}},
    lambda entry: {**entry, "track": {**entry["track"], "artists": "x"}},
    lambda entry: {**entry, "track": {**entry["track"], "duration_ms": "long"}},
    lambda entry: {**entry, "played_at": None},
    lambda entry: {**entry, "played_at": "yesterday"},
    lambda entry: {**entry, "played_at": 1_700_000_000},
    lambda entry: {name: value for name, value in entry.items() if name != "played_at"},
)

FAULTS: dict[str | None, Callable[[PollWorld], None]] = {
    None: PollWorld.poll,
    "server error": _failing(status=500),
    "bad gateway": _failing(status=502, body="<html>Bad Gateway</html>"),
    "unauthorized": _failing(status=401),
    "rate limit": _failing(status=429, retry_after=30),
    "rate limit without a time": _failing(status=429),
    "rate limit with nonsense": _failing(status=429, retry_after="abc"),
    "rate limit in the past": _failing(status=429, retry_after=-5),
    "quota": _failing(status=429, retry_after=120, quota=True),
    "not json": _failing(status=200, body="<html>Welcome</html>"),
    "no list": _failing(status=200, body={"items": None}),
    "cut off": _failing(cut_after=400),
    "truncated": _failing(truncate=True),
    "no answer": _failing(lose_answer=True),
    "token endpoint down": _token_down,
    "token dead early": _token_early_dead,
    "killed": _killed,
    "delivered twice": _twice,
    "one bad entry": _one_bad_entry,
}
FAULT_NAMES = tuple(name for name in FAULTS if name is not None)


@contextmanager
def a_world(user: User, *, start: datetime = NOW) -> Iterator[PollWorld]:
    """A world of its own for `user` from `start` on, with the settings pointed at it.

    What the quota gate counts is shared, so one world has to begin after the one before. The
    listener is new: who was silent for two weeks would be read every two hours only.
    """
    User.objects.filter(pk=user.pk).update(date_joined=start)
    with (
        Sandbox(seed=7, now=start) as sandbox,
        override_settings(
            SPOTIFY_API_URL=sandbox.spotify_api_url,
            SPOTIFY_ACCOUNTS_URL=sandbox.accounts_url,
            SPOTIFY_CALLS_PER_30_SECONDS=10_000,
        ),
    ):
        yield PollWorld(sandbox, user, now=start)


def _live_a_while(world: PollWorld, rng: random.Random, *, events: int) -> None:
    for _ in range(events):
        for _ in range(rng.choice((1, 2, 4, 8))):
            world.inject(rng.choice(FAULT_NAMES))
        if rng.random() < 0.05:
            for _ in range(OUTAGE):
                world.inject("server error")
        if rng.random() < 0.3:
            world.rest(rng.choice((5, 30, 200)))
        else:
            world.listen(
                songs=rng.choice((1, 5, 20, 45)),
                each_s=rng.choice((31, 60, 120, 200)),
                lag_s=rng.choice((0, 0, 0, 90, 1200)),
            )
    world.pending.clear()
    world.rest(60)


def main() -> int:
    """Play, add up, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    rng, started = random.Random(options.seed), time.monotonic()
    sums, start = {"listeners": 0}, NOW
    while sums.get("faults", 0) < options.faults:
        user = User.objects.create_user(f"listener-{sums['listeners']}")
        with a_world(user, start=start) as world:
            _live_a_while(world, rng, events=40)
            for what, number in world.verdict().items():
                sums[what] = sums.get(what, 0) + number
            start = world.now + BETWEEN_LISTENERS
        user.delete()
        sums["listeners"] += 1
    print(json.dumps({**sums, "seconds": round(time.monotonic() - started, 1)}))
    return int(bool(sums["deliverable_lost"] or sums["twice"] or sums["invented"]))


if __name__ == "__main__":
    sys.exit(main())
