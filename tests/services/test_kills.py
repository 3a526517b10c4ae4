"""Workers that die without a word: whoever comes next goes on where the last transaction ended."""

import random
import subprocess
from contextlib import suppress

import pytest

from tests.services.installation import Installation
from tests.services.servers import wait_until
from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled, downloaded_plays

WORK = ("library.sync", "library.import")
KILLS = 2
"""At a third death in a row a job is taken for the cause of them (`jobs.services.bury_poison`)."""


@pytest.fixture(scope="module")
def undisturbed(cluster, shared_world, tmp_path_factory):
    """The plays of noor's download, imported in one go where nothing went wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    archive = folder / "noor.zip"
    archive.write_bytes(shared_world.privacy_download("noor"))
    url = cluster.create(folder.name, template="moodsite_template")
    installation = Installation(folder, shared_world, database_url=url, redis_url="")
    installation.act("connect", "noor")
    installation.manage("import_history", "noor", str(archive))
    plays = downloaded_plays(installation, "noor")
    assert len(plays) > 10_000
    return plays


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_or_doubled_when_workers_are_killed_at_random(install, undisturbed, world, seed):
    world.fail("*", times=None, delay_s=0.2)
    installation = install(SOURCES="")
    installation.act("connect", "sam", "noor")
    installation.act("upload", "noor")
    rng, torn = random.Random(seed), 0

    for _ in range(KILLS):
        worker = installation.start("worker")
        wait_until(lambda: installation.rows("SELECT 1 FROM jobs_job WHERE state = 'running'"))
        with suppress(subprocess.TimeoutExpired):
            worker.popen.wait(rng.uniform(0.1, 3))
        worker.kill()
        torn += installation.value("SELECT count(*) FROM jobs_job WHERE state = 'running'")
        installation.let_pass(130)
    installation.start("worker")
    # A call cut off with its worker may be answered to nobody: the next try may come a minute later.
    installation.wait_until_done(*WORK, seconds=200)

    assert torn > 0
    assert downloaded_plays(installation, "noor") == undisturbed
    assert_likes_are_true(installation, world, "sam")
    assert_nothing_is_doubled(installation)
