"""The playlists app."""

from django.apps import AppConfig


class PlaylistsConfig(AppConfig):
    """Recipes, playlists, versions, publishing."""

    name = "playlists"
