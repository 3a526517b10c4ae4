"""`release`: what a deployment runs once before the new code serves: refuse, then migrate."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Checks first, so that a bad configuration leaves the old release and its database alone."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise on the first complaint; migrate otherwise."""
        call_command("check", deploy=True, fail_level="ERROR")
        call_command("migrate", interactive=False)
