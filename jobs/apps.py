"""The jobs app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs, their leases and their tick."""

    name = "jobs"
