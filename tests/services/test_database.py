"""A database that crashes and comes back, or throws its connections out."""

import psycopg
import requests

from tests.services.servers import wait_until
from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled

RUNNING = "SELECT 1 FROM jobs_job WHERE state = 'running' AND kind = 'library.sync'"


def test_work_goes_on_after_postgresql_crashed(installation, world, cluster):
    world.fail("*", times=None, delay_s=0.1)
    installation.start("web")
    installation.start("worker")
    installation.act("connect", "sam")
    wait_until(lambda: installation.rows(RUNNING))

    cluster.stop()
    away = requests.get(f"{installation.url}/readyz", timeout=20)
    page = requests.get(f"{installation.url}/home/", cookies={"sessionid": "somebody"}, timeout=20)
    cluster.start()
    installation.let_pass(130)

    assert (away.status_code, away.json()["checks"]["database"]) == (503, "no answer")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    installation.wait_until_done("library.sync", seconds=45)
    assert requests.get(f"{installation.url}/accounts/login/", timeout=20).status_code == 200
    assert_likes_are_true(installation, world, "sam")
    assert_nothing_is_doubled(installation)


def test_work_goes_on_after_connections_were_thrown_out(installation, world):
    world.fail("*", times=None, delay_s=0.1)
    installation.start("worker")
    installation.act("connect", "rosa")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"

    for _ in range(3):
        wait_until(lambda: installation.rows("SELECT 1 FROM jobs_job WHERE state = 'running'"))
        with psycopg.connect(installation.database_url, autocommit=True) as connection:
            connection.execute(f"{others} AND pid <> pg_backend_pid()")
        installation.let_pass(130)

    installation.wait_until_done("library.sync", seconds=45)
    assert_likes_are_true(installation, world, "rosa")
    assert_nothing_is_doubled(installation)
