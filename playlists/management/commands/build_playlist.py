"""Build a mood playlist for one listener, here and now."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from library.models import Track
from playlists.recipes import BadRecipe, Recipe
from playlists.services.building import Draft, preview
from playlists.services.saving import save_playlist
from playlists.showing import artists_of
from playlists.wording import notice_words, reasons_of, why


class Command(BaseCommand):
    """Build and keep a playlist and print one JSON report; nothing is sent to Spotify."""

    help = "Build a playlist of MINUTES in the mood M from what USER listens to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The listener, the mood or journey, the length."""
        parser.add_argument("user", help="user name")
        parser.add_argument("--mood", required=True, help="happy, sad, energetic, calm, angry or romantic")
        parser.add_argument("--start", help="mood to begin with: makes it a journey")
        parser.add_argument("--minutes", type=int, help="how long (60 unless --tracks is given)")
        parser.add_argument("--tracks", type=int, help="how many songs, instead of minutes")
        parser.add_argument("--name", default="", help="name of the playlist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, keep and report."""
        user = User.objects.filter(username=options["user"]).order_by("pk").first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        try:
            recipe = _recipe(options)
        except BadRecipe as bad:
            raise CommandError(f"{bad.field}: {bad.words}") from bad
        self.stdout.write(json.dumps(_built(user, recipe, name=options["name"]), ensure_ascii=False))


def _recipe(options: dict[str, Any]) -> Recipe:
    minutes = options["minutes"] if options["tracks"] or options["minutes"] is not None else 60
    return Recipe(mood=options["mood"], start=options["start"], tracks=options["tracks"], minutes=minutes)


def _built(user: User, recipe: Recipe, *, name: str) -> dict[str, Any]:
    """The report: the playlist's id, what is in it and why, what is weak about it. Keeps no empty list."""
    now = timezone.now()
    shown = preview(user, recipe, draft=Draft(), now=now)
    notices = [notice_words(notice, recipe) for notice in shown.selection.notices]
    playlist = save_playlist(user, shown, name=name[:100], now=now) if shown.track_ids else None
    tracks = Track.objects.for_display().in_bulk(shown.track_ids)
    return {
        "playlist": str(playlist.pk) if playlist else None,
        "name": playlist.name if playlist else None,
        "minutes": round(shown.selection.duration_ms / 60_000, 1),
        "matching": shown.matching,
        "notices": [words for words in notices if words],
        "tracks": [
            {
                "title": tracks[pick.track_id].title,
                "artists": artists_of(tracks[pick.track_id]),
                "spotify_url": tracks[pick.track_id].spotify_url,
                "why": why(reasons_of(pick)),
            }
            for pick in shown.selection.picks
        ],
    }
