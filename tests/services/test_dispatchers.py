"""Two of everything, as during each deployment: the old generation and the new one side by side."""

from collections import Counter

from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled

LISTENERS = ("sam", "rosa", "noor")
SYNCS = "SELECT count(*), count(DISTINCT user_id) FROM jobs_job WHERE kind = 'library.sync'"
HOUSEKEEPING = "SELECT count(*) FROM jobs_job WHERE kind = 'accounts.housekeeping'"


def test_two_dispatchers_start_each_work_once(installation, world):
    installation.start("worker")
    installation.start("worker")

    installation.act("connect", *LISTENERS)

    installation.wait_until_done("library.sync", seconds=45)
    assert installation.rows(SYNCS) == [(3, 3)]
    assert installation.value(HOUSEKEEPING) == 1
    # The sync reads the plays first, and one poll may have been due; then two minutes of rest for each.
    reads = Counter(request.user for request in world.journal("recently_played"))
    assert max(reads.values()) <= 2
    for name in LISTENERS:
        assert_likes_are_true(installation, world, name)
    assert_nothing_is_doubled(installation)
