"""Installations on real servers, for the tests that break them. `make services-test` runs these."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sandbox import Sandbox
from tests.services.installation import Installation
from tests.services.servers import OwnPostgres, OwnRedis, program

NEEDED = ("redis-server", "initdb", "postgres", "setpriv")
MISSING = [name for name in NEEDED if program(name) is None]
NOT_INSTALLED = f"not installed: {', '.join(MISSING)}"
TEMPLATE = "moodsite_template"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and leave out those whose servers are not here."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker("services")
        if not os.environ.get("TEST_SERVICES"):
            item.add_marker(pytest.mark.skip(reason="make services-test runs it"))
        elif MISSING:
            item.add_marker(pytest.mark.skip(reason=NOT_INSTALLED))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = [report.nodeid for report in skipped if NOT_INSTALLED in str(report.longrepr)]
    if MISSING and left_out:
        terminalreporter.section("LEFT OUT: tests on real servers")
        terminalreporter.write_line(f"{NOT_INSTALLED}. Not run:")
        for name in left_out:
            terminalreporter.write_line(f"  {name}")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, shared_world: Sandbox) -> Iterator[OwnPostgres]:
    """A PostgreSQL for all tests, with a template whose tables are there already.

    Its folder is not one of pytest's: each run that begins closes those to other users, `postgres` too.
    """
    with TemporaryDirectory(prefix="moodsite-postgres-") as name:
        server = OwnPostgres(Path(name))
        server.start()
        try:
            folder, url = tmp_path_factory.mktemp("template"), server.create(TEMPLATE)
            Installation(folder, shared_world, database_url=url, redis_url="").release()
            yield server
        finally:
            server.stop()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis for one test, which may stop and flush it."""
    server = OwnRedis(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_world() -> Iterator[Sandbox]:
    """Spotify and the sources with their clock running, as the worker's does."""
    with Sandbox(seed=7) as world:
        yield world


@pytest.fixture
def world(shared_world: Sandbox) -> Iterator[Sandbox]:
    """The same world for each test, its failures cleared and its journal empty."""
    shared_world.clear_failures()
    shared_world.clear_journal()
    yield shared_world
    shared_world.clear_failures()


@pytest.fixture
def install(
    cluster: OwnPostgres, own_redis: OwnRedis, world: Sandbox, tmp_path: Path
) -> Iterator[Callable[..., Installation]]:
    """Make an installation with a database of its own; more environment by keyword."""
    made: list[Installation] = []
    numbers = itertools.count()

    def making(**more: str) -> Installation:
        number = next(numbers)
        folder = tmp_path / f"installation-{number}"
        folder.mkdir()
        url = cluster.create(f"moodsite_{tmp_path.name}_{number}"[:60].lower(), template=TEMPLATE)
        made.append(Installation(folder, world, **{"database_url": url, "redis_url": own_redis.url, **more}))
        return made[-1]

    yield making
    for installation in made:
        installation.close()


@pytest.fixture
def installation(install: Callable[..., Installation]) -> Installation:
    """One installation, nothing of it started."""
    return install()
