"""Ten thousand made-up requests to the API: no error of ours, no answer that nobody described.

`python -m bench.fuzz_api` runs the fuzzing of tests/api/test_fuzz.py with many more examples, in a
database in memory, and prints one JSON line: requests sent, failures, seconds.
"""

import argparse
import json
import os
import sys
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

import tests.environment  # noqa: F401  # sets what Django reads at its start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import get_runner, setup_test_environment  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.services.tokens import make_token  # noqa: E402
from tests.api.fuzzing import Fuzzing  # noqa: E402
from tests.security.world import fill  # noqa: E402

EXAMPLES = 90
"""For each of about seventy operations, right and wrong requests: a bit over ten thousand."""


def main() -> int:
    """Send them; 1 when there was a failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a thousand")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    with redirect_stdout(sys.stderr):  # What is printed is one line of JSON.
        databases = runner.setup_databases()
    started = time.monotonic()
    try:
        fuzzing = _fuzz(examples=EXAMPLES // 10 if chosen.quick else EXAMPLES, start=chosen.seed)
    finally:
        runner.teardown_databases(databases)
    told = {
        "requests": fuzzing.sent,
        "failures": fuzzing.failures,
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(told))
    return int(bool(fuzzing.failures))


def _fuzz(*, examples: int, start: int) -> Fuzzing:
    with transaction.atomic():
        user = User.objects.create_user("alice")
        rows = fill(user)
        now = datetime.now(UTC)
        _, token = make_token(user, name="fuzz", scopes=["read", "write"], life=timedelta(days=1), now=now)
        fuzzing = Fuzzing(rows, token, examples=examples, start=start)
        fuzzing.run()
        transaction.set_rollback(True)
    return fuzzing


if __name__ == "__main__":
    raise SystemExit(main())
