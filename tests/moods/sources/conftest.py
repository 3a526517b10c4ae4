import pytest

from tests.spotify.upstream import Upstream


@pytest.fixture(scope="session")
def server():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture
def upstream(server):
    yield server
    server.forget()
