"""Fifty callers at once whenever an access token runs out: how often Spotify is asked, what each caller gets.

`python -m bench.token_races` lets 200 tokens run out, with refresh tokens that rotate and with static ones,
`--quick` ten; on SQLite in a file, or on the empty database that `--database URL` names.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.table import Line, show

CALLERS = 50


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten expiries instead of 200")
    parser.add_argument("--database", metavar="URL", default="", help="an empty one, which keeps the tables")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _set_up(options.database or f"sqlite:///{folder}/races.sqlite3")
        return show(_measure(expiries=10 if options.quick else 200))


def _set_up(database: str) -> None:
    import django  # noqa: PLC0415

    import tests.environment  # noqa: F401, PLC0415  # before Django reads its settings

    os.environ.update(
        DATABASE_URL=database,
        DJANGO_SETTINGS_MODULE="moodsite.settings",
        SPOTIFY_CALLS_PER_30_SECONDS="10000",
        LOG_LEVEL="ERROR",
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def _measure(*, expiries: int) -> Iterator[Line]:
    for rotates in (True, False):
        calls, tokens, seconds = zip(*_races(expiries, rotates=rotates), strict=True)
        name = f"{expiries} expiries, {CALLERS} callers, {'rotating' if rotates else 'static'}"
        yield Line(f"{name}: token calls", sum(calls), "calls", floor=expiries, reach=expiries)
        yield Line(f"{name}: with other than one call", sum(n != 1 for n in calls), "expiries", reach=0)
        yield Line(f"{name}: callers not given one and the same token", sum(tokens), "callers", reach=0)
        yield Line(f"{name}: slowest", max(seconds), "s")


def _races(expiries: int, *, rotates: bool) -> Iterator[tuple[int, int, float]]:
    """At each expiry: token calls, callers who did not get the token of the first one, seconds."""
    from django.test.utils import override_settings  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from accounts.services.refreshing import Access, fresh_access  # noqa: PLC0415
    from sandbox import Sandbox  # noqa: PLC0415
    from tests.accounts.racing import in_threads  # noqa: PLC0415
    from tests.outside import connect  # noqa: PLC0415

    user = User.objects.create(username=f"rotates-{rotates}")
    now = datetime.now(UTC)
    with Sandbox(seed=7) as sandbox, override_settings(SPOTIFY_ACCOUNTS_URL=sandbox.accounts_url):
        sandbox.rotate(rotates)
        connect(user, sandbox, "noor" if rotates else "sam", now=now)
        for expiry in range(1, expiries + 1):
            moment, began = now + timedelta(hours=expiry), time.monotonic()
            found = in_threads(lambda at=moment: fresh_access(user.pk, now=at), CALLERS)
            seconds = time.monotonic() - began
            tokens = [each.token if isinstance(each, Access) else None for each in found]
            asked = len(sandbox.journal("token"))
            sandbox.clear_journal()
            yield asked, sum(token is None or token != tokens[0] for token in tokens), seconds


if __name__ == "__main__":
    raise SystemExit(main())
