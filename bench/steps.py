"""Parts of a measurement, each in a process of its own with Django on the database it is told."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run_step(module: str, step: str, *, database_url: str, plays: int) -> str:
    """Run `python -m MODULE --step STEP --plays PLAYS`; the last line it printed."""
    command = [sys.executable, "-m", module, "--step", step, "--plays", str(plays)]
    environment = {**os.environ, "DATABASE_URL": database_url, "STATEMENT_TIMEOUT_MS": "0"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return ran.stdout.strip().splitlines()[-1]


def set_up_django() -> None:
    """Make Django ready in the process of a step, configured as tests are but for the database."""
    url = os.environ["DATABASE_URL"]
    import tests.environment  # noqa: F401, PLC0415  # sets what Django reads at its start

    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "moodsite.settings"
    import django  # noqa: PLC0415

    django.setup()
