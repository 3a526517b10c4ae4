"""Keep no more of Spotify's catalogue than people's libraries need, and none of it stale."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef

from library.models import Album, Artist, SyncRun, Track

DETAILS_KEPT = timedelta(days=30)
"""Spotify's terms: cached only for a time. Syncing renews what is in somebody's library."""

UNUSED_KEPT = timedelta(days=1)
AT_ONCE = 500


def forget_unused_catalogue(now: datetime) -> dict[str, int]:
    """Delete tracks that nobody's things point at, stale details and old notes; counts by kind.

    A few hundred rows at a time; call it again until all counts are zero.
    """
    return {
        "tracks": _forget_tracks(now),
        "artists": _forget_artists(),
        "details": _forget_stale_details(now),
        "albums": _forget_albums(),
        "syncs": _forget_old_syncs(now),
    }


def _forget_tracks(now: datetime) -> int:
    unused = Track.objects.filter(created_at__lt=now - UNUSED_KEPT)
    for relation in Track._meta.related_objects:  # noqa: SLF001  # Django's documented way
        if _belongs_to_somebody(relation):
            rows = relation.related_model._base_manager  # noqa: SLF001
            unused = unused.exclude(Exists(rows.filter(**{relation.field.name: OuterRef("pk")})))
    track_ids = list(unused.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Track.objects.filter(pk__in=track_ids).delete()
    return len(track_ids)


def _belongs_to_somebody(relation: models.ForeignObjectRel) -> bool:
    """Whether such a row is a person's: it names a listener, or forbids to delete the track."""
    names_a_listener = any(field.name == "user" for field in relation.related_model._meta.fields)  # noqa: SLF001
    return names_a_listener or relation.on_delete is models.PROTECT


def _forget_artists() -> int:
    unused = Artist.objects.filter(credits=None, exclusion=None)
    artist_ids = list(unused.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Artist.objects.filter(pk__in=artist_ids).delete()
    return len(artist_ids)


def _forget_stale_details(now: datetime) -> int:
    """Drop what only Spotify said, so that it is asked for anew; names and lengths stay."""
    stale = Track.objects.detailed_before(now - DETAILS_KEPT)
    track_ids = list(stale.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return Track.objects.filter(pk__in=track_ids).update(album=None, is_playable=None, detailed_at=None)


def _forget_albums() -> int:
    album_ids = list(Album.objects.filter(tracks=None).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Album.objects.filter(pk__in=album_ids).delete()
    return len(album_ids)


def _forget_old_syncs(now: datetime) -> int:
    deleted, _ = SyncRun.objects.ended_before(now - timedelta(days=90)).delete()
    return deleted
