"""Every broken or hostile file through the whole service, each with its named outcome."""

import time
from typing import Any

import pytest

from accounts.models import User
from library.models import HistoryImport, Play, UploadPart
from library.services.importing.progress import saved_report
from tests.library.importing.builders import imported
from tests.library.imports.builders import AUDIO, plays, told
from tests.library.imports.poison import CASES

pytestmark = pytest.mark.django_db
STATES = {"complete": "done", "partial": "partial", "failed": "failed"}
STORED = {"play", "short_play", "local_file"}


@pytest.mark.parametrize(
    ("name", "make", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_poison_file_ends_with_its_named_outcome_when_imported(
    alice: User, name: str, make: Any, expected: str
) -> None:
    started = time.process_time()

    done = imported(alice, make(), name)

    report = saved_report(done)
    is_refused = ":" not in expected
    assert done.state == ("failed" if is_refused else STATES[report.status])
    assert ("" if is_refused else expected) == ("" if is_refused else told(report))
    assert bool(done.problem) is (done.state == HistoryImport.State.FAILED)
    taken = sum(count for verdict, count in report.verdicts.items() if verdict in STORED)
    assert (Play.objects.count(), done.plays_added, UploadPart.objects.count()) == (taken, taken, 0)
    assert time.process_time() - started < 60


def test_next_import_goes_well_after_all_poison(alice: User, bob: User) -> None:
    for _, name, make, _ in CASES[::6]:
        imported(alice, make(), name)

    assert imported(bob, plays(3), AUDIO).plays_added == 3
