"""What a test does inside an installation: `python -m tests.services.acts ACT NAME …`."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moodsite.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Connection, User  # noqa: E402
from library.models import PollSchedule  # noqa: E402
from library.services.importing.receiving import receive_download  # noqa: E402
from library.tasks import start_sync  # noqa: E402
from moods.models import TrackMood  # noqa: E402
from sandbox import Remote  # noqa: E402
from tests.outside import connect  # noqa: E402

PART = 1024 * 1024


def connect_listeners(*names: str) -> None:
    """Listeners of the sandbox, each with an account and a grant, as if they had just signed in."""
    world = Remote(os.environ["SANDBOX_URL"])
    for name in names:
        user, _ = User.objects.get_or_create(username=name)
        connect(user, world, name, now=timezone.now())
        start_sync(user, now=timezone.now())


def upload(*names: str) -> None:
    """Each listener's privacy download, as if just uploaded whole."""
    world = Remote(os.environ["SANDBOX_URL"])
    for name in names:
        user, _ = User.objects.get_or_create(username=name)
        content = world.privacy_download(name)
        parts = [content[first : first + PART] for first in range(0, len(content), PART)]
        receive_download(user, parts, file_name=f"{name}.zip", now=timezone.now())


def rewind(*apps: str) -> None:
    """Undo all migrations of these apps but the first of each."""
    for app in apps:
        call_command("migrate", app, "0001", verbosity=0)


def session(*names: str) -> None:
    """Print, for each of these listeners, the key of a session in which they are signed in."""
    for name in names:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
        print(client.session.session_key)


def queries(key: str, *pages: str) -> None:
    """Print each page and how many database queries it takes, caches warm."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = key
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        print(page, len(asked))


def due(number: str) -> None:
    """So many connected listeners whose plays should be read now; the rest of their library was just read."""
    now = timezone.now()
    people = User.objects.bulk_create(User(username=f"due-{place}") for place in range(int(number)))
    Connection.objects.bulk_create(
        Connection(
            user=user,
            account_id=user.username,
            spotify_user_id=user.username,
            access_token=f"access-of-{user.username}",
            refresh_token=f"refresh-of-{user.username}",
            access_expires_at=now + timedelta(hours=1),
            authorized_at=now,
        )
        for user in people
    )
    PollSchedule.objects.bulk_create(
        PollSchedule(user=user, next_poll_at=now, library_synced_at=now) for user in people
    )


def receive(name: str, path: str) -> None:
    """A listener's download from a file, as if just uploaded whole."""
    content = Path(path).read_bytes()
    parts = [content[first : first + PART] for first in range(0, len(content), PART)]
    user = User.objects.get(username=name)
    receive_download(user, parts, file_name="download.zip", now=timezone.now())


def stale() -> None:
    """Have every mood worked out again."""
    TrackMood.objects.update(is_stale=True)


def analyze() -> None:
    """Let PostgreSQL see how full its tables are, as its daemon would in a minute."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


ACTS = (connect_listeners, upload, rewind, session, queries, due, receive, stale, analyze)

if __name__ == "__main__":
    next(act for act in ACTS if act.__name__.startswith(sys.argv[1]))(*sys.argv[2:])
