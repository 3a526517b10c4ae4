"""The library app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Tracks, plays, imports and syncing."""

    name = "library"
