"""The project as an app: its commands, its checks, its error reports."""

from urllib.parse import urlsplit

from django.apps import AppConfig


class MoodsiteConfig(AppConfig):
    """Loads the system checks and the error reports when Django starts."""

    name = "moodsite"

    def ready(self) -> None:
        """Register the checks and the export as a kind of upload; report errors where SENTRY_DSN says so."""
        from django.conf import settings  # noqa: PLC0415

        from moodsite import checks, errors  # noqa: F401, PLC0415
        from moodsite.restoring import reading  # noqa: F401, PLC0415

        errors.start_reporting(
            settings.SENTRY_DSN,
            release=f"moodsite@{settings.VERSION}",
            environment=urlsplit(settings.SITE_URL).hostname or "unknown",
        )
