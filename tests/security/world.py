"""One row of everything for a listener, each with a word in it that nobody else may ever see."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import serializers

from accounts.models import AuditEvent, User, Webhook, WebhookDelivery
from accounts.services.tokens import make_token
from jobs.models import Job
from library.models import (
    Artist,
    DeadLetter,
    Exclusion,
    Gap,
    HistoryImport,
    OwnPlaylist,
    SavedTrack,
    SyncRun,
    TrackArtist,
)
from library.services.counting import count_again
from moods.models import Correction
from moodsite.models import Export
from playlists.models import Entry, Playlist, Removal, Version
from tests.api.builders import a_track, played
from tests.moods.builders import a_mood

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECRET = "xq7canary"


def fill(user: User, word: str = SECRET) -> dict[str, Any]:
    """Rows of `user`, their names made of `word`; what the parameters of routes are called, by name."""
    track = a_track(f"{word} title", f"{word} artist", spotify_id=f"Canary{user.pk:016}", duration_ms=200_000)
    artist = Artist.objects.create(name=f"{word} artist")
    TrackArtist.objects.create(track=track, artist=artist)
    SavedTrack.objects.create(user=user, track=track, added_at=AT)
    played(user, track, AT)
    count_again(user, [track.pk])
    a_mood(track, "sad")
    Correction.objects.create(user=user, track=track, mood="sad", applies=True)
    playlist = _playlist(user, track, word)
    token, _ = make_token(user, name=word, scopes=["read"], life=timedelta(days=9), now=datetime.now(UTC))
    exclusion = Exclusion.objects.create(user=user, artist=artist)
    history_import = HistoryImport.objects.create(user=user, file_name=f"{word}.zip", state="waiting")
    sync = SyncRun.objects.create(user=user, kind="full", state="done", counts={word: 1}, finished_at=AT)
    job = Job.objects.create(user=user, kind="library.sync", progress={word: 1}, result={word: 1})
    hook = Webhook.objects.create(
        user=user, url=f"https://{word}.example.org", secret=f"{word}-secret", events=["import.finished"]
    )
    WebhookDelivery.objects.create(webhook=hook, event="import.finished", payload={"word": word})
    export = Export.objects.create(user=user, counts={word: 1})
    Gap.objects.create(user=user, from_at=AT, to_at=AT + timedelta(hours=1))
    DeadLetter.objects.create(user=user, source="x", reason=word, raw=word, digest=word)
    OwnPlaylist.objects.create(user=user, spotify_id=word, name=word)
    AuditEvent.objects.create(user=user, kind="exported", detail={"word": word})
    return {
        "track": track,
        "artist": artist,
        "playlist": playlist,
        "token": token,
        "exclusion": exclusion,
        "import": history_import,
        "sync": sync,
        "job": job,
        "webhook": hook,
        "export": export,
    }


def values_for(name: str, rows: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the route `name` that lead to these rows."""
    common = {
        "number": 1,
        "ending": "csv",
        "playlist_id": rows["playlist"].pk,
        "import_id": rows["import"].pk,
    }
    common |= {"token_id": rows["token"].pk, "artist": rows["artist"].pk, "id": rows["playlist"].pk}
    common |= {"track_id": rows["track"].pk}
    common |= {"pk": rows["track"].pk, "webhook_id": rows["webhook"].pk, "export_id": rows["export"].pk}
    if name.startswith("api-track"):
        common["id"] = rows["track"].pk
    for word, row in (
        *(("job-", "job"), ("api-token", "token"), ("api-sync", "sync")),
        *(("api-webhook", "webhook"), ("api-export", "export")),
    ):
        if name.startswith(word):
            common["pk"] = rows[row].pk
    for word, row in (("api-import", "import"), ("api-exclusion", "exclusion"), ("excluded", "exclusion")):
        if name.startswith(word):
            common["pk"] = rows[row].pk
    return common


def everything_of(user: User) -> dict[str, list[Any]]:
    """Every row that belongs to `user` directly, as JSON."""
    return {
        model._meta.label: json.loads(serializers.serialize("json", rows.order_by("pk")))
        for model, rows in rows_of(user)
    }


def rows_of(user: User) -> list[tuple[Any, Any]]:
    """Each of our models that has a `user`, with the rows of this one; then what hangs on a playlist."""
    ours = [
        apps.get_app_config(label)
        for label in ("accounts", "jobs", "library", "moods", "playlists", "moodsite")
    ]
    found = []
    for config in ours:
        for model in config.get_models():
            found += [
                (model, model.objects.filter(user=user))
                for field in model._meta.fields
                if field.name == "user"
            ]
    found.append((Version, Version.objects.filter(playlist__user=user)))
    found.append((Entry, Entry.objects.filter(version__playlist__user=user)))
    return found


def _playlist(user: User, track: Any, word: str) -> Playlist:
    playlist = Playlist.objects.create(
        user=user, name=f"{word} list", description=word, recipe={"version": 1, "mood": "sad", "tracks": 5}
    )
    version = Version.objects.create(playlist=playlist, number=1, reason="built")
    Entry.objects.create(version=version, position=0, track=track)
    Removal.objects.create(playlist=playlist, track=track, at=AT)
    return playlist
