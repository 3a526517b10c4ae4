import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from library.models import HistoryImport, Play, UploadPart
from tests.library.importing.builders import imported, read, upload
from tests.library.imports.builders import AUDIO, account_record, packed, plays, record

pytestmark = pytest.mark.django_db
ZIP = "my_spotify_data.zip"


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def send(client: Client, *files: tuple[str, bytes], **fields: Any):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post("/imports/", {"file": uploads, **fields})


def words(response) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'")


def test_upload_is_stored_and_waits_when_it_is_a_download(as_alice: Client, alice: User) -> None:
    response = send(as_alice, (ZIP, packed({AUDIO: plays(3)})))

    waiting = HistoryImport.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/imports/{waiting.pk}/")
    assert (waiting.user, waiting.file_name, waiting.state) == (alice, ZIP, "waiting")
    assert waiting.job is not None


def test_upload_is_read_by_the_job_it_started(as_alice: Client) -> None:
    send(as_alice, (ZIP, packed({AUDIO: plays(3)})))

    done = read(HistoryImport.objects.get())

    assert (done.state, done.plays_added) == ("done", 3)
    assert "3 plays added to your history" in words(as_alice.get(f"/imports/{done.pk}/"))


def test_several_files_become_one_import_each_when_sent_together(as_alice: Client) -> None:
    response = send(as_alice, (ZIP, packed({AUDIO: plays(1)})), ("photos.zip", packed({"me.jpg": b"x"})))

    assert response["Location"] == "/imports/"
    assert list(HistoryImport.objects.order_by("pk").values_list("file_name", "state")) == [
        (ZIP, "waiting"),
        ("photos.zip", "failed"),
    ]


def test_files_of_ten_years_are_taken_when_sent_together(as_alice: Client) -> None:
    parts = [(AUDIO.replace("_0", f"_{number}"), plays(1)) for number in range(20)]

    response = send(as_alice, *[(name, json.dumps(rows).encode()) for name, rows in parts])

    assert response["Location"] == "/imports/"
    assert HistoryImport.objects.filter(state="waiting").count() == 20


def test_page_says_so_when_more_files_come_than_a_history_has(as_alice: Client) -> None:
    response = send(as_alice, *[(f"{number}.json", b"[]") for number in range(21)])

    assert response.status_code == 413
    assert "More than 20 files cannot be sent at once." in words(response)
    assert HistoryImport.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photos.zip", packed({"me.jpg": b"x"}), "These look like photos"),
        (ZIP, packed({AUDIO: plays(1)})[:-40], "This ZIP is damaged or incomplete"),
        (ZIP, packed({"Userdata.json": {}}), "This is the small account package"),
        ("Read_Me_First.pdf", b"%PDF-1.4", "This is a PDF"),
        ("empty.zip", b"", "This file is empty"),
    ],
    ids=["photos", "broken", "account data", "pdf", "empty"],
)
def test_page_says_what_is_wrong_when_the_file_is_no_download(
    as_alice: Client, name: str, content: bytes, said: str
) -> None:
    response = as_alice.post("/imports/", {"file": SimpleUploadedFile(name, content)}, follow=True)

    assert said in words(response)
    assert UploadPart.objects.count() == 0


def test_form_says_how_large_a_file_may_be(as_alice: Client) -> None:
    assert "Up to 250 MB, several at once." in as_alice.get("/imports/").content.decode()


def test_form_asks_for_a_file_when_none_was_chosen(as_alice: Client) -> None:
    response = as_alice.post("/imports/", {})

    assert response.status_code == 400
    assert "Choose the ZIP that Spotify sent you." in words(response)


def test_upload_is_refused_before_it_is_read_when_it_says_it_is_too_large(as_alice: Client, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000

    response = send(as_alice, (ZIP, b"x" * 100_000))

    assert response.status_code == 413
    assert HistoryImport.objects.count() == 0


def test_upload_is_refused_when_it_is_larger_than_it_says(as_alice: Client, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000

    response = send(as_alice, (ZIP, b"x" * 2000))

    assert response.status_code == 413
    assert (HistoryImport.objects.count(), UploadPart.objects.count()) == (0, 0)


def test_sixth_upload_of_a_day_is_refused_and_says_when_the_next_may_come(as_alice: Client) -> None:
    for _ in range(5):
        send(as_alice, (ZIP, packed({AUDIO: plays(1)})))

    response = send(as_alice, (ZIP, packed({AUDIO: plays(1)})))

    assert response.status_code == 429
    assert "That were enough uploads for one day." in words(response)
    assert HistoryImport.objects.count() == 5


def test_refused_files_do_not_count_as_uploads_of_the_day(as_alice: Client) -> None:
    for _ in range(7):
        assert send(as_alice, ("photos.zip", packed({"me.jpg": b"x"}))).status_code == 302

    assert send(as_alice, (ZIP, packed({AUDIO: plays(1)}))).status_code == 302


def test_upload_is_refused_without_its_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = send(client, (ZIP, packed({AUDIO: plays(1)})))

    assert response.status_code == 403
    assert HistoryImport.objects.count() == 0


@pytest.mark.parametrize("is_left_out", [True, False])
def test_private_sessions_are_left_out_when_the_listener_chose_so(
    as_alice: Client, is_left_out: bool
) -> None:
    private = packed({AUDIO: [record(incognito_mode=True)]})

    send(as_alice, (ZIP, private), **({"leaves_out_incognito": "on"} if is_left_out else {}))
    read(HistoryImport.objects.get())

    assert Play.objects.count() == (0 if is_left_out else 1)


def test_page_of_a_running_import_shows_how_far_it_is(as_alice: Client, alice: User) -> None:
    waiting = upload(alice, packed({AUDIO: plays(3)}), ZIP)

    page = as_alice.get(f"/imports/{waiting.pk}/")

    assert "Waiting its turn" in words(page)
    assert f'hx-get="/imports/{waiting.pk}/status/"' in page.content.decode()


def test_list_asks_for_itself_again_only_while_something_runs(as_alice: Client, alice: User) -> None:
    waiting = upload(alice, packed({AUDIO: plays(3)}), ZIP)
    before = as_alice.get("/imports/list/").content.decode()

    read(waiting)

    assert "hx-get" in before
    assert "hx-get" not in as_alice.get("/imports/list/").content.decode()


def test_report_balances_over_rows_and_files(as_alice: Client, alice: User) -> None:
    done = imported(alice, packed({AUDIO: [*plays(3), record(ts=None)]}), ZIP)

    page = words(as_alice.get(f"/imports/{done.pk}/"))

    assert f"{AUDIO} 3 1 4" in page
    assert "Together 3 1 4" in page
    assert "1 row that was not taken" in page


def test_left_out_rows_can_be_downloaded_with_their_reasons(as_alice: Client, alice: User) -> None:
    done = imported(alice, [*plays(2), plays(1)[0] | {"master_metadata_track_name": "=1+1"}, record(ts=None)])

    response = as_alice.get(f"/imports/{done.pk}/left-out.csv")

    assert response["Content-Disposition"] == f'attachment; filename="left-out-{done.pk}.csv"'
    assert b"".join(response.streaming_content).decode().splitlines() == [
        "file,row,verdict,reason,title,artist,ended_at",
        f"{AUDIO},2,duplicate_in_file,,'=1+1,Amber Quay,2024-05-01T00:00:00+00:00",
        f"{AUDIO},3,invalid,bad_time,,,",
    ]


def test_page_says_that_nothing_was_new_when_the_same_file_is_imported_again(
    as_alice: Client, alice: User
) -> None:
    imported(alice, packed({AUDIO: plays(3)}), ZIP)

    again = imported(alice, packed({AUDIO: plays(3)}), ZIP)

    said = words(as_alice.get(f"/imports/{again.pk}/"))
    assert "Nothing new: all of it was here already" in said
    assert "You imported this very file on" in said


def test_page_explains_the_small_package(as_alice: Client, alice: User) -> None:
    small = imported(alice, packed({"StreamingHistory_music_0.json": [account_record()]}), ZIP)

    assert "This is the small account package" in words(as_alice.get(f"/imports/{small.pk}/"))


def test_page_names_the_damaged_file_when_an_import_is_partial(as_alice: Client, alice: User) -> None:
    partial = imported(alice, packed({AUDIO: json.dumps(plays(3)).encode()[:-20]}), ZIP)

    said = words(as_alice.get(f"/imports/{partial.pk}/"))
    assert partial.state == "partial"
    assert "The file ends in the middle." in said


def test_cancel_stops_an_import_and_deletes_its_file(as_alice: Client, alice: User) -> None:
    waiting = upload(alice, packed({AUDIO: plays(3)}), ZIP)

    response = as_alice.post(f"/imports/{waiting.pk}/cancel/", follow=True)

    waiting.refresh_from_db()
    assert (waiting.state, UploadPart.objects.count()) == ("cancelled", 0)
    assert "You cancelled this import" in words(response)
    assert read(waiting).state == "cancelled"


def test_delete_removes_the_record_and_keeps_the_plays(as_alice: Client, alice: User) -> None:
    done = imported(alice, packed({AUDIO: plays(3)}), ZIP)

    response = as_alice.post(f"/imports/{done.pk}/delete/")

    assert response["Location"] == "/imports/"
    assert (HistoryImport.objects.count(), Play.objects.count()) == (0, 3)


PAGES = [
    ("get", "/imports/{}/"),
    ("get", "/imports/{}/status/"),
    ("get", "/imports/{}/left-out.csv"),
    ("post", "/imports/{}/cancel/"),
    ("post", "/imports/{}/delete/"),
]


@pytest.mark.parametrize(("method", "address"), PAGES)
def test_import_of_somebody_else_is_not_there(
    client: Client, alice: User, bob: User, method: str, address: str
) -> None:
    hers = upload(alice, packed({AUDIO: plays(1)}), ZIP)
    client.force_login(bob)

    response = getattr(client, method)(address.format(hers.pk))

    assert response.status_code == 404
    hers.refresh_from_db()
    assert hers.state == "waiting"


@pytest.mark.parametrize(
    ("method", "address"), [*PAGES, ("get", "/imports/"), ("post", "/imports/"), ("get", "/imports/list/")]
)
def test_stranger_is_sent_to_sign_in(client: Client, alice: User, method: str, address: str) -> None:
    hers = upload(alice, packed({AUDIO: plays(1)}), ZIP)

    response = getattr(client, method)(address.format(hers.pk))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("address", ["/imports/", "/imports/list/"])
def test_list_takes_as_many_queries_for_three_imports_as_for_one(
    as_alice: Client, alice: User, django_assert_num_queries: Any, address: str
) -> None:
    imported(alice, packed({AUDIO: plays(1)}), ZIP)
    as_alice.get(address)  # Notes once a while that alice was here.
    with django_assert_num_queries(3):
        as_alice.get(address)
    for _ in range(2):
        imported(alice, packed({AUDIO: plays(1)}), ZIP)

    with django_assert_num_queries(3):
        as_alice.get(address)
