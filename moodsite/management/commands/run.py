"""`run`: run the web process and the worker on this machine, with the real Spotify from `.env`."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from moodsite.local import PortTaken, start_real
from moodsite.processes import StartFailed


class Command(BaseCommand):
    """Web process and worker side by side, until Ctrl-C."""

    help = __doc__
    requires_system_checks = ("configuration",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both, say where they are, stop both."""
        os.chdir(settings.BASE_DIR)
        try:
            start_real(settings.VAR_DIR, port=settings.PORT)
        except (StartFailed, PortTaken) as problem:
            raise CommandError(str(problem)) from problem
