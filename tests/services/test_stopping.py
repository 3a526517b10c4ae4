"""Platforms say SIGTERM and, thirty seconds later, SIGKILL."""

import threading

import requests

from tests.services.servers import wait_until
from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled

WITHIN_S = 28
RUNNING = "SELECT 1 FROM jobs_job WHERE state = 'running' AND kind = 'library.sync'"


def test_worker_ends_in_time_and_the_next_one_goes_on(installation, world):
    world.fail("*", times=None, delay_s=0.3)
    worker = installation.start("worker")
    installation.act("connect", "sam")
    wait_until(lambda: installation.rows(RUNNING))

    took = worker.end()

    assert took < WITHIN_S
    world.clear_failures()
    installation.let_pass(130)
    installation.start("worker")
    installation.wait_until_done("library.sync", seconds=30)
    assert_likes_are_true(installation, world, "sam")
    assert_nothing_is_doubled(installation)


def test_web_process_answers_what_it_has_taken_and_ends_in_time(installation):
    web = installation.start("web")
    statuses: list[int] = []

    def visit() -> None:
        statuses.extend(requests.get(f"{installation.url}/", timeout=20).status_code for _ in range(5))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    took = web.end()

    assert took < WITHIN_S
    assert statuses == [200] * 20
