"""Memory and time that exporting everything of a listener with a million plays takes.

`python -m bench.export` makes a listener with N plays in a SQLite file of its own, writes the export in a
child process, and prints one JSON line: plays, seconds, bytes of the ZIP, peak memory of the child in MB and
what Django alone takes. `--quick` takes 50,000 plays.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta

from bench.steps import run_step, set_up_django

MODULE = "bench.export"
PLAYS, QUICK, TRACKS = 1_000_000, 50_000, 20_000
AT_ONCE = 5_000


def main() -> int:
    """Fill, then measure in a child; 1 when it took 150 MB or more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--step", choices=("fill", "write"), help=argparse.SUPPRESS)
    parser.add_argument("--plays", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        return _child(chosen.step, plays=chosen.plays)
    plays = QUICK if chosen.quick else PLAYS
    with tempfile.TemporaryDirectory(prefix="bench-export-") as folder:
        url = f"sqlite:///{folder}/export.sqlite3"
        run_step(MODULE, "fill", database_url=url, plays=plays)
        told = json.loads(run_step(MODULE, "write", database_url=url, plays=plays))
    print(json.dumps(told))
    return int(told["peak_mb"] >= 150)


def _child(step: str, *, plays: int) -> int:
    set_up_django()
    (_fill if step == "fill" else _write)(plays)
    return 0


def _fill(plays: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from library.models import Play, Track  # noqa: PLC0415
    from library.names import name_key  # noqa: PLC0415
    from library.services.counting import count_whole_library  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("alice")
    names = [(f"Artist {number % 700}", f"Song {number}") for number in range(TRACKS)]
    Track.objects.bulk_create(
        [Track(artist_name=artist, title=title, name_key=name_key(artist, title)) for artist, title in names],
        batch_size=AT_ONCE,
    )
    track_ids = list(Track.objects.order_by("pk").values_list("pk", flat=True))
    first = datetime(2012, 1, 1, tzinfo=UTC)
    for start in range(0, plays, AT_ONCE):
        Play.objects.bulk_create(
            Play(
                user=user,
                track_id=track_ids[number * 7919 % TRACKS],
                played_at=first + timedelta(seconds=number * 400),
                ms_played=30_000 + number * 31 % 300_000,
                source="extended",
                skipped=False,
            )
            for number in range(start, min(plays, start + AT_ONCE))
        )
    count_whole_library(user)
    print("filled")


def _write(plays: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from jobs.running import JobRun  # noqa: PLC0415
    from jobs.services import claim_job, start_job  # noqa: PLC0415
    from moodsite.exporting.keeping import ask_for_export  # noqa: PLC0415
    from moodsite.exporting.writing import write_export  # noqa: PLC0415

    user = User.objects.get()
    export = ask_for_export(user, now=timezone.now())
    job = claim_job(start_job("moodsite.export", user=user).pk, now=timezone.now() + timedelta(seconds=1))
    assert job is not None
    before_mb, started = _peak_mb(), time.monotonic()
    write_export(export, run=JobRun(job), now=timezone.now())
    seconds = time.monotonic() - started
    export.refresh_from_db()
    told = {
        "plays": plays,
        "seconds": round(seconds, 1),
        "bytes": export.size,
        "peak_mb": round(_peak_mb(), 1),
        "django_mb": round(before_mb, 1),
    }
    print(json.dumps(told))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
