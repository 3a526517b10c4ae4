"""What the endpoints work with: one world, its grants, its faults and its journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.grants import Grants
from sandbox.journal import Journal
from sandbox.lrclib import Lrclib, lrclib_of
from sandbox.reccobeats import Reccobeats, reccobeats_of
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox is set up.

    `client_id` and `redirect_uris`: None and () accept any. `requests_per_30_s`: the Web API's rate limit,
    None for no limit. `spaced_musicbrainz`: answer 503 to more than one MusicBrainz request a second.
    `state`: a file that keeps playlists, likes, added plays and revocations over a restart; None to forget.
    `lag_s`: how long after its end a play is listed.
    """

    seed: int = 7
    now: datetime | None = None
    rotate_refresh_tokens: bool = False
    latency_ms: int = 0
    client_id: str | None = None
    redirect_uris: tuple[str, ...] = ()
    requests_per_30_s: int | None = None
    spaced_musicbrainz: bool = False
    state: Path | None = None
    lag_s: float = 0.0


@dataclass
class Services:
    """The state of one running sandbox. `forbidden`: listener -> whether the refusal is plain text."""

    options: Options
    clock: Clock
    world: World
    grants: Grants
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    forbidden: dict[str, bool] = field(default_factory=dict)

    @property
    def reccobeats(self) -> Reccobeats:
        """What ReccoBeats knows."""
        return reccobeats_of(self.world.seed)

    @property
    def lrclib(self) -> Lrclib:
        """What LRCLIB knows."""
        return lrclib_of(self.world.seed)


def build_services(options: Options) -> Services:
    """A fresh sandbox state."""
    clock = Clock(options.now)
    grants = Grants(options.seed, clock, rotating=options.rotate_refresh_tokens)
    return Services(options, clock, World(options.seed, clock, lag=timedelta(seconds=options.lag_s)), grants)
