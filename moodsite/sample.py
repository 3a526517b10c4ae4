"""The demo's stand-in for asking Spotify for one's data: the made-up download of a made-up listener."""

import requests
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import Connection, User
from jobs.kinds import Report, Run, job_kind
from jobs.starting import enqueue
from library.import_tasks import start_import
from library.models import HistoryImport
from library.services.importing.receiving import expect_download, receive_expected

SAMPLE = "moodsite.sample"
SOMEBODY = "noor"
BLOCK_BYTES = 1_048_576
TIMEOUT_S = (5, 60)


@require_POST
def import_sample(request: HttpRequest) -> HttpResponse:
    """Only in the demo: import the made-up download without fetching the file by hand first."""
    user = request.user
    if not settings.DEMO or not isinstance(user, User):
        raise Http404
    expected = expect_download(
        user,
        file_name="my_spotify_data.zip",
        leaves_out_incognito=user.leave_out_incognito,
        now=timezone.now(),
    )
    enqueue(SAMPLE, user=user, key=str(expected.pk), args={"import_id": expected.pk})
    return redirect(expected)


@job_kind(SAMPLE)
def take_sample(run: Run, *, import_id: int) -> Report:
    """Fetch the made-up download into the expected import and have it read."""
    expected = HistoryImport.objects.filter(pk=import_id, state=HistoryImport.State.UPLOADING).first()
    if expected is None:
        return {}
    with requests.get(sample_address(expected.user_id), stream=True, timeout=TIMEOUT_S) as answer:
        answer.raise_for_status()
        received = receive_expected(expected, answer.iter_content(BLOCK_BYTES), now=timezone.now())
    start_import(received)
    return {"import": received.pk, "bytes": received.size}


def sample_address(user_id: int) -> str:
    """Where the simulated Spotify hands out this listener's download, or somebody's."""
    connection = Connection.objects.filter(user_id=user_id).first()
    listener = connection.spotify_user_id if connection else SOMEBODY
    world = settings.SPOTIFY_API_URL.removesuffix("/v1")
    return f"{world}/_sandbox/download/{listener}.zip"
