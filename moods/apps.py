"""The moods app."""

from django.apps import AppConfig


class MoodsConfig(AppConfig):
    """Features, words, moods, corrections, insights."""

    name = "moods"
