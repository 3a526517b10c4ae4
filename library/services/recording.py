"""Put the last fifty plays that Spotify lists into the history, each once, and see what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from library.imports.matching import SEARCH_WITHIN, KnownPlay, match_known
from library.imports.rows import PlayRow, Precision
from library.models import Gap, Play, Track
from library.services.catalogue import store_tracks
from library.services.counting import count_again
from library.services.letters import store_letters
from spotify.types import RecentlyPlayed, RecentPlay


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one window brought."""

    added: int
    known: int
    unreadable: int
    gap: Gap | None = None


def record_window(
    user: User, window: RecentlyPlayed, *, now: datetime, last_ok_at: datetime | None
) -> Recorded:
    """Store the plays of `window` that are new; late ones too, wherever they belong.

    A full window that shares nothing with what was stored leaves a gap, unless it is the first one
    (`last_ok_at` None). Call it in a transaction that holds the library. Safe to repeat.
    """
    unreadable = store_letters(user, window.rejected, source="plays", now=now)
    stored = _stored_between(user, window.plays)
    known, others = _parted(window.plays, stored)
    track_ids = store_tracks([play.track for play in others], now=now)
    listed = list({(play.played_at, track_ids[play.track.uri]): play for play in others})
    fresh = _without_downloaded(user, _without_known(listed, stored))
    total = known + len(listed)
    gap = None
    if window.is_full and len(fresh) == total:
        gap = _gap(user, window.plays, last_ok_at=last_ok_at, now=now)
    _insert(user, fresh)
    return Recorded(added=len(fresh), known=total - len(fresh), unreadable=unreadable, gap=gap)


Listed = tuple[datetime, int]
"""When Spotify says it was played, and the row id of the track."""


Stored = Mapping[datetime, Sequence[Track]]
"""What earlier windows stored, by Spotify's own stamp."""


def _stored_between(user: User, plays: Sequence[RecentPlay]) -> Stored:
    """What is stored of the time that `plays` are of."""
    if not plays:
        return {}
    moments = [play.played_at for play in plays]
    rows = Play.objects.for_user(user).reported_between(min(moments), max(moments)).select_related("track")
    stored: dict[datetime, list[Track]] = {}
    for row in rows:
        if row.reported_at:
            stored.setdefault(row.reported_at, []).append(row.track)
    return stored


def _parted(plays: Sequence[RecentPlay], stored: Stored) -> tuple[int, list[RecentPlay]]:
    """How many plays are stored by the very id that is listed now, and all others.

    Of fifty plays some forty-eight are known, and need no look-up of song, album and artists.
    """
    ids = {(at, track.spotify_id) for at, tracks in stored.items() for track in tracks if track.spotify_id}
    others = [play for play in plays if (play.played_at, play.track.spotify_id) not in ids]
    known = {(play.played_at, play.track.spotify_id) for play in plays} & ids
    return len(known), others


def _without_known(listed: Sequence[Listed], stored: Stored) -> list[Listed]:
    """Those not stored from an earlier window.

    Spotify may name the same play by another id of the same song next time; the stamp, exact to
    the millisecond, gives it away.
    """
    if not stored:
        return list(listed)
    tracks = Track.objects.in_bulk({track_id for _, track_id in listed})
    return [
        (played_at, track_id)
        for played_at, track_id in listed
        if not any(_names_of(tracks[track_id]) & _names_of(track) for track in stored.get(played_at, ()))
    ]


def _names_of(track: Track) -> set[str]:
    return {name for name in (f"row {track.pk}", track.isrc, track.name_key) if name}


def _without_downloaded(user: User, listed: list[Listed]) -> list[Listed]:
    """Those not known from a download; the downloaded rows learn when Spotify reports them."""
    if not listed:
        return []
    moments = [played_at for played_at, _ in listed]
    downloaded = list(
        Play.objects.for_user(user)
        .unreported()
        .played_since(min(moments) - SEARCH_WITHIN)
        .played_before(max(moments) + SEARCH_WITHIN)
        .select_related("track")
        .order_by("played_at", "pk")
    )
    if not downloaded:
        return listed
    tracks = Track.objects.in_bulk({track_id for _, track_id in listed})
    reported = [_reported(played_at, tracks[track_id]) for played_at, track_id in listed]
    matches = match_known([_row(play) for play in downloaded], reported)
    matched: set[int] = set()
    for play, index in zip(downloaded, matches, strict=True):
        if index is not None:
            play.reported_at = listed[index][0]
            matched.add(index)
    Play.objects.bulk_update([play for play in downloaded if play.reported_at], ["reported_at"])
    return [play for index, play in enumerate(listed) if index not in matched]


def _reported(played_at: datetime, track: Track) -> KnownPlay:
    return KnownPlay(
        played_at=played_at,
        ms_played=None,
        duration_ms=track.duration_ms,
        spotify_id=track.spotify_id,
        title=track.title,
        artist=track.artist_name,
    )


def _row(play: Play) -> PlayRow:
    return PlayRow(
        ended_at=play.played_at,
        ms_played=play.ms_played or 0,
        spotify_id=play.track.spotify_id,
        title=play.track.title,
        artist=play.track.artist_name,
        album=None,
        skipped=None,
        shuffle=None,
        offline=None,
        incognito=False,
        reason_start=None,
        reason_end=None,
        precision=Precision.MINUTE if play.source == Play.Source.ACCOUNT else Precision.SECOND,
    )


def _gap(
    user: User, plays: Sequence[RecentPlay], *, last_ok_at: datetime | None, now: datetime
) -> Gap | None:
    if last_ok_at is None or not plays:
        return None
    oldest_at = min(play.played_at for play in plays)
    before = Play.objects.for_user(user).played_before(oldest_at).newest_first()
    newest_stored_at = before.values_list("played_at", flat=True).first() or last_ok_at
    if newest_stored_at >= oldest_at:
        return None
    gap, _ = Gap.objects.get_or_create(
        user=user, from_at=newest_stored_at, defaults={"to_at": oldest_at, "found_at": now}
    )
    return gap


def _insert(user: User, listed: list[Listed]) -> None:
    if not listed:
        return
    plays = [
        Play(
            user_id=user.pk,
            track_id=track_id,
            played_at=played_at,
            reported_at=played_at,
            source=Play.Source.API,
        )
        for played_at, track_id in listed
    ]
    # Two identical stamps from two workers: the constraint lets one row in.
    Play.objects.bulk_create(plays, ignore_conflicts=True)
    count_again(user, {track_id for _, track_id in listed})
