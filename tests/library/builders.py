"""Smallest valid values and rows for tests of the library."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from jobs.models import Job
from jobs.running import JobRun
from jobs.services import claim_job, start_job
from library.models import Play, Track
from library.names import name_key
from spotify.types import AlbumRef, ArtistRef, Reason, RecentlyPlayed, RecentPlay, RejectedEntry, TrackRef
from tests.outside import NOW


def a_ref(name: str = "Blue Hour", artist: str = "Nila Ost", **changes) -> TrackRef:
    """A track as Spotify's lists give it; its id is made from its name unless told."""
    spotify_id = changes.pop("spotify_id", _id(name))
    values = {
        "spotify_id": spotify_id,
        "uri": f"spotify:track:{spotify_id}" if spotify_id else f"spotify:local:{artist}::{name}:200",
        "name": name,
        "artists": (ArtistRef(_id(artist), artist),),
        "album": AlbumRef(
            _id("Tides"), "Tides", "2019-05", "month", "https://i.scdn.co/w", "https://i.scdn.co/s"
        ),
        "isrc": None,
        "duration_ms": 200_000,
        "explicit": False,
        "is_local": spotify_id is None,
        "is_playable": None,
    }
    return TrackRef(**{**values, **changes})


def a_track(title: str = "Blue Hour", artist: str = "Nila Ost", **changes) -> Track:
    """A track known by its names, and by an id if one is given."""
    values = {"title": title, "artist_name": artist, "name_key": name_key(artist, title)}
    return Track.objects.create(**{**values, **changes})


def a_play(user: User, track: Track, played_at: datetime = NOW, **changes) -> Play:
    """A play as a download tells of it."""
    values = {"ms_played": 200_000, "source": Play.Source.EXTENDED}
    return Play.objects.create(user=user, track=track, played_at=played_at, **{**values, **changes})


def a_window(*plays: RecentPlay, rejected: tuple[RejectedEntry, ...] = ()) -> RecentlyPlayed:
    """What the recently played list answers."""
    return RecentlyPlayed(plays=plays, rejected=rejected)


def heard(name: str, ago: timedelta, *, now: datetime = NOW, **changes) -> RecentPlay:
    """A play in such an answer."""
    return RecentPlay(played_at=now - ago, track=a_ref(name, **changes), context_uri=None)


def unreadable(raw: str = '{"track": null}', reason: Reason = Reason.NO_TRACK) -> RejectedEntry:
    """An entry that could not be taken over."""
    return RejectedEntry(position=0, reason=reason, raw=raw)


def a_run(user: User, kind: str = "library.sync") -> JobRun:
    """A claimed job of the listener, as its function sees it."""
    job = start_job(kind, user=user)
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(days=1))
    claimed = claim_job(job.pk, now=timezone.now())
    assert claimed is not None
    return JobRun(claimed)


def _id(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() and letter.isascii()).ljust(22, "0")[:22]
