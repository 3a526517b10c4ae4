import pytest

from spotify.client import SpotifyClient
from tests.spotify.upstream import Upstream


class RecordingGate:
    """A gate that lets everything pass and remembers what it was told."""

    def __init__(self):
        self.told = []

    def admit(self, family):
        self.told.append(("admit", family))

    def report_block(self, family, *, wait, quota):
        self.told.append(("block", family, wait, quota))


@pytest.fixture(scope="session")
def server():
    server = Upstream()
    yield server
    server.stop()


@pytest.fixture
def upstream(server):
    yield server
    server.forget()


@pytest.fixture
def gate():
    return RecordingGate()


@pytest.fixture
def client(upstream, gate):
    return SpotifyClient("BQDaccess", api_url=upstream.url + "/v1", gate=gate)
