"""A broker that forgets, goes away or shows a certificate of its own making."""

import subprocess
from contextlib import suppress

import pytest
import requests

from tests.services.servers import OwnRedis, wait_until
from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled

SYNC = "library.sync"


def flush_as_soon_as_work_runs(installation, own_redis) -> None:
    wait_until(lambda: installation.rows("SELECT 1 FROM jobs_job WHERE state = 'running'"))
    own_redis.client.flushall()


def calls_of_spotify(world) -> int:
    """How many there were; sources of moods live there too and have paces of their own."""
    return sum(f"{world.url}{request.path}".startswith(world.spotify_api_url) for request in world.journal())


def test_work_goes_on_when_redis_forgets_everything(installation, world, own_redis):
    world.fail("*", times=None, delay_s=0.1)
    installation.start("worker")
    installation.act("connect", "sam", "rosa")

    for _ in range(3):
        flush_as_soon_as_work_runs(installation, own_redis)
        installation.let_pass(70)
    installation.wait_until_done(SYNC, seconds=40)

    assert_likes_are_true(installation, world, "sam")
    assert_likes_are_true(installation, world, "rosa")
    assert_nothing_is_doubled(installation)


def test_pages_are_served_and_work_goes_on_after_redis_was_away(installation, world, own_redis):
    world.fail("*", times=None, delay_s=0.1)
    installation.start("web")
    worker = installation.start("worker")
    installation.act("connect", "sam")
    wait_until(lambda: installation.rows("SELECT 1 FROM jobs_job WHERE state = 'running'"))

    own_redis.stop()
    page = requests.get(f"{installation.url}/", timeout=20)
    told = requests.get(f"{installation.url}/readyz", timeout=20)
    calls_before = calls_of_spotify(world)
    with suppress(subprocess.TimeoutExpired):
        worker.popen.wait(3)
    calls_without = calls_of_spotify(world) - calls_before
    own_redis.start()
    installation.let_pass(70)

    assert (page.status_code, told.status_code) == (200, 503)
    assert "broker" in told.json()["failing"]
    # One call a second and process while nobody counts for all, and none that can wait.
    assert calls_without <= 6
    # What can wait was told to come back in a minute (accounts.floor).
    installation.wait_until_done(SYNC, seconds=85)
    assert_likes_are_true(installation, world, "sam")
    assert_nothing_is_doubled(installation)


@pytest.fixture
def tls_redis(tmp_path):
    """A Redis that speaks TLS only and shows a certificate that nobody vouches for, as Heroku's does."""
    certificate, key = tmp_path / "redis.crt", tmp_path / "redis.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=elsewhere",
    ]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    server = OwnRedis(tmp_path, certificate=certificate, key=key)
    server.start()
    yield server
    server.stop()


def test_everything_works_over_tls_with_a_certificate_of_its_own_making(install, world, tls_redis):
    installation = install(REDIS_URL=tls_redis.url)
    installation.start("web")
    installation.start("worker")

    installation.act("connect", "sam")

    installation.wait_until_done(SYNC, seconds=40)
    told = requests.get(f"{installation.url}/readyz", timeout=20)
    assert (told.status_code, told.json()["failing"]) == (200, [])
    cached = "from django.core.cache import cache; cache.set('a', 7); print('cached', cache.get('a'))"
    assert "cached 7" in installation.manage("shell", "-c", cached)
    assert tls_redis.client.exists("moodsite:calls:spotify")
