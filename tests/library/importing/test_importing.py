from collections import Counter

import pytest

from accounts.models import User
from bench.history_download import MadeDownload, make_download
from bench.history_download import Play as TruePlay
from library.models import HistoryImport, LibraryTrack, Play, UploadPart
from library.services.counting import count_whole_library
from tests.library.importing.builders import imported, read, stored, upload, verdicts
from tests.library.imports.builders import AUDIO, packed, record

pytestmark = pytest.mark.django_db
ZIP = "my_spotify_data.zip"


@pytest.fixture(params=[(1_500, 1, 400), (2_500, 2, 16_000), (2_500, 3, 777)], ids=str)
def made(request: pytest.FixtureRequest) -> MadeDownload:
    rows, seed, rows_per_file = request.param
    return make_download(rows, seed=seed, rows_per_file=rows_per_file)


def truth(made: MadeDownload) -> Counter[tuple[object, ...]]:
    """True plays as they are stored: a row without an id is the track of its names that has one."""
    ids = {play[3:]: play[2] for play in made.truth.plays if play[2] and play[3]}
    return Counter({_known_as(play, ids): count for play, count in made.truth.plays.items()})


def _known_as(play: TruePlay, ids: dict) -> tuple[object, ...]:
    stamp, ms_played, uri, title, artist = play
    uri = uri or ids.get((title, artist))
    return stamp, ms_played, uri and uri.removeprefix("spotify:track:")


def test_import_stores_exactly_the_true_plays(alice: User, made: MadeDownload) -> None:
    done = imported(alice, made.zip_bytes, ZIP)

    assert done.state == HistoryImport.State.DONE
    assert Counter(play[:3] for play in stored(alice)) == truth(made)


def test_import_accounts_for_every_row(alice: User, made: MadeDownload) -> None:
    done = imported(alice, made.zip_bytes, ZIP)

    assert verdicts(done) == dict(made.truth.verdicts)
    assert done.rows_read == made.truth.rows
    assert done.plays_added == sum(made.truth.plays.values())


def test_import_keeps_names_as_they_are_written(alice: User, made: MadeDownload) -> None:
    imported(alice, made.zip_bytes, ZIP)

    names = {play[3:] for play in made.truth.plays if play[3]}
    assert {(play[3], play[4]) for play in stored(alice) if play[3]} == names


def test_import_adds_up_the_library_as_counting_it_does(alice: User, made: MadeDownload) -> None:
    imported(alice, made.zip_bytes, ZIP)
    added_up = list(LibraryTrack.objects.for_user(alice).order_by("track").values())

    count_whole_library(alice)

    assert list(LibraryTrack.objects.for_user(alice).order_by("track").values()) == added_up


def test_import_adds_nothing_when_done_twice(alice: User, made: MadeDownload) -> None:
    imported(alice, made.zip_bytes, ZIP)
    first = list(Play.objects.order_by("pk").values())

    again = imported(alice, made.zip_bytes, ZIP)

    assert list(Play.objects.order_by("pk").values()) == first
    assert again.plays_added == 0
    assert verdicts(again)["already_known"] == len(first)
    assert again.rows_read == made.truth.rows


def test_import_deletes_the_uploaded_file_at_its_end(alice: User) -> None:
    waiting = upload(alice, packed({AUDIO: [record()]}), ZIP)
    assert UploadPart.objects.count() == 1

    read(waiting)

    assert UploadPart.objects.count() == 0
