"""The Django project that puts the apps together."""

from moodsite.celery import app as celery_app

__all__ = ["celery_app"]
