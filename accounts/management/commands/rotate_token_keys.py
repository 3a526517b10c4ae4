"""`rotate_token_keys`: encrypt stored secrets with the newest key, so that an older one can be dropped."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services.keys import rotate_token_keys


class Command(BaseCommand):
    """Prints one JSON report; safe to repeat, to interrupt and to run beside a working site."""

    help = (
        "Encrypt every stored secret with the first of TOKEN_KEYS. Once the report says rotated 0 and "
        "changed_meanwhile 0, older keys can be removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and report."""
        report = rotate_token_keys(now=timezone.now())
        self.stdout.write(json.dumps(asdict(report)))
