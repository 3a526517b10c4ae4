"""`demo`: run the whole product with made-up listeners, no account anywhere."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from moodsite.local import PortTaken, start_demo
from moodsite.processes import StartFailed


class Command(BaseCommand):
    """Sandbox, web process and worker side by side on SQLite, until Ctrl-C."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where it keeps its database, its messages and its logs."""
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "demo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start everything, say where it is, stop everything."""
        os.chdir(settings.BASE_DIR)
        try:
            start_demo(options["folder"], port=settings.PORT)
        except (StartFailed, PortTaken) as problem:
            raise CommandError(str(problem)) from problem
