"""Liked songs: the whole list page by page, or only what is new at its top."""

from datetime import datetime
from typing import Any

from accounts.models import User
from library.models import SavedTrack, SyncRun
from library.services.catalogue import store_tracks
from library.services.counting import count_again
from library.services.letters import store_surprising_letters
from library.services.steps import Cursor, Step, Turn
from spotify.client import SpotifyClient
from spotify.types import Page, SavedEntry

ALL_LIKES = "likes"
NEW_LIKES = "new_likes"


def _open(user: User, now: datetime) -> Cursor:
    return {"offset": 0, "since": now.isoformat(), "is_whole": True}


def _fetch(client: SpotifyClient, cursor: Cursor) -> Page[SavedEntry]:
    return client.saved_tracks(offset=cursor["offset"])


def _store_all(user: User, page: Page[SavedEntry], cursor: Cursor, now: datetime) -> Turn:
    """One page of the whole list; after the last one the songs that were on none are un-liked."""
    new = _store_page(user, page, since=_since(cursor), now=now)
    cursor = _judged(cursor, page, unreadable=_unreadable(user, page, now))
    gone = 0
    if page.next_offset is None and cursor["is_whole"]:
        gone = _remove_unseen(user, cursor)
    return _turn(page, cursor, new=new, gone=gone)


def _store_new(user: User, page: Page[SavedEntry], cursor: Cursor, now: datetime) -> Turn:
    """One page from the top; a page without anything new is the last.

    When fewer songs are left than were known plus found, some were un-liked: the whole list must
    be read, because Spotify does not say which.
    """
    new = _store_page(user, page, since=_since(cursor), now=now)
    _unreadable(user, page, now)
    found = cursor.get("found", 0) + new
    if new and page.next_offset is not None:
        return _turn(page, {**cursor, "found": found}, new=new)
    known = _last_total(user)
    shrunk = page.total is not None and known is not None and page.total < known + found
    then = (ALL_LIKES,) if shrunk or known is None else ()
    return Turn(None, _counts(page, new=new), total=page.total, then=then)


LIKES: Step[Any] = Step(_open, _fetch, _store_all)
LIKES_HEAD: Step[Any] = Step(_open, _fetch, _store_new)


def _turn(page: Page[SavedEntry], cursor: Cursor, *, new: int, gone: int = 0) -> Turn:
    further = None if page.next_offset is None else {**cursor, "offset": page.next_offset}
    return Turn(further, _counts(page, new=new, gone=gone), total=page.total)


def _counts(page: Page[SavedEntry], *, new: int, gone: int = 0) -> dict[str, int]:
    return {"read": len(page.entries) + len(page.rejected), "new": new, "gone": gone}


def _since(cursor: Cursor) -> datetime:
    return datetime.fromisoformat(cursor["since"])


def _store_page(user: User, page: Page[SavedEntry], *, since: datetime, now: datetime) -> int:
    track_ids = store_tracks([entry.track for entry in page.entries], now=now)
    added_at = {track_ids[entry.track.uri]: entry.added_at for entry in reversed(page.entries)}
    liked = SavedTrack.objects.for_user(user)
    known = set(liked.filter(track__in=added_at).values_list("track_id", flat=True))
    # Another reading may be under way: what it saw later stays seen.
    liked.filter(track__in=known).unseen_since(since).update(seen_at=since)
    new = {track_id: moment for track_id, moment in added_at.items() if track_id not in known}
    SavedTrack.objects.bulk_create(
        SavedTrack(user_id=user.pk, track_id=track_id, added_at=moment, seen_at=since)
        for track_id, moment in sorted(new.items())
    )
    count_again(user, new)
    return len(new)


def _unreadable(user: User, page: Page[SavedEntry], now: datetime) -> int:
    return store_surprising_letters(user, page.rejected, source="likes", now=now)


def _judged(cursor: Cursor, page: Page[SavedEntry], *, unreadable: int) -> Cursor:
    """Whether the pass still saw every song: none unreadable, and the list did not change its length.

    A song un-liked while we read moves the rest up by one, over the border of a page and past us.
    """
    same_length = cursor.get("total", page.total) == page.total and page.total is not None
    return {**cursor, "total": page.total, "is_whole": cursor["is_whole"] and same_length and not unreadable}


def _remove_unseen(user: User, cursor: Cursor) -> int:
    unseen = SavedTrack.objects.for_user(user).unseen_since(_since(cursor))
    track_ids = list(unseen.values_list("track_id", flat=True))
    unseen.delete()
    count_again(user, track_ids)
    return len(track_ids)


def _last_total(user: User) -> int | None:
    """How many songs were liked when the list was last looked at to its end."""
    runs = SyncRun.objects.for_user(user).done().newest_first().values_list("counts", flat=True)
    for counts in runs[:20]:
        for step in (ALL_LIKES, NEW_LIKES):
            total = counts.get(step, {}).get("total")
            if total is not None:
                return int(total)
    return None
