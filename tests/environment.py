"""The environment that tests run in, set before Django reads its settings."""

import os
import tempfile

DEFAULTS = {
    "DOTENV": os.devnull,
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "TOKEN_KEYS": "ZgPUprJgBdMzHmnT4uumqgWptxJyMakrfH9G26HiYHw=",
    "SPOTIFY_CLIENT_ID": "test-client",
    "SPOTIFY_CLIENT_SECRET": "test-secret",
    "SPOTIFY_API_URL": "http://127.0.0.1:1/v1",
    "SPOTIFY_ACCOUNTS_URL": "http://127.0.0.1:1/accounts",
    "RECCOBEATS_URL": "http://127.0.0.1:1/reccobeats/v1",
    "LRCLIB_URL": "http://127.0.0.1:1/lrclib/api",
    "MUSICBRAINZ_URL": "http://127.0.0.1:1/musicbrainz/ws/2",
    "BROKER_DIR": tempfile.mkdtemp(prefix="moodsite-tests-broker-"),
    "DATABASE_URL": "sqlite:///:memory:",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
# Nothing of the machine's own configuration may leak into a test.
for name in ("DEBUG", "ALLOWED_HOSTS", "SITE_URL", "DEMO", "SENTRY_DSN", "MOOD_MODEL", "PORT", "DYNO"):
    os.environ[name] = ""
    del os.environ[name]
for name, value in DEFAULTS.items():
    if name == "DATABASE_URL" and os.environ.get("TEST_SERVICES"):
        continue
    os.environ[name] = value
if not os.environ.get("TEST_SERVICES"):
    os.environ["REDIS_URL"] = ""


def own_redis(url: str, process: str) -> str:
    """The same Redis with a database for each process of a parallel run, counted on from the one in `url`."""
    address, _, number = url.rpartition("/")
    return f"{address}/{(int(number) + int(process.removeprefix('gw'))) % 16}"


if os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] = own_redis(os.environ["REDIS_URL"], os.environ["PYTEST_XDIST_WORKER"])
