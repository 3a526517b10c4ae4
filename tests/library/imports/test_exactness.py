import io
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from bench.history_download import MadeDownload, make_download
from library.imports.download import Download, open_download
from library.imports.reading import Checkpoint
from library.imports.rows import Row
from tests.library.imports.builders import read, reported

SIZES = [(2_000, 1, 400), (5_000, 2, 16_000), (5_000, 3, 777)]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]} rows, seed {size[1]}")
def made(request: pytest.FixtureRequest) -> MadeDownload:
    rows, seed, rows_per_file = request.param
    return make_download(rows, seed=seed, rows_per_file=rows_per_file)


def opened(made: MadeDownload) -> Download:
    return open_download(io.BytesIO(made.zip_bytes), "my_spotify_data.zip")


def stored(rows: list[Row]) -> Counter[tuple[object, ...]]:
    kept = [row.play for row in rows if row.is_stored and row.play]
    return Counter(
        (
            play.ended_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            play.ms_played,
            play.track_uri,
            play.title,
            play.artist,
        )
        for play in kept
    )


def test_reading_finds_exactly_the_true_plays(made: MadeDownload) -> None:
    rows = read(opened(made))

    assert stored(rows) == made.truth.plays


def test_report_counts_every_row_once(made: MadeDownload) -> None:
    report = reported(opened(made))

    assert report.verdicts == dict(made.truth.verdicts)
    assert report.rows == made.truth.rows
    assert report.status == "complete"


def test_stored_plays_differ_in_time_track_length_or_repeat_number(made: MadeDownload) -> None:
    kept = [row.play for row in read(opened(made)) if row.is_stored and row.play]

    keys = [(play.ended_at, play.spotify_id, play.title, play.ms_played, play.repeat_no) for play in kept]

    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("share", [0.0, 0.31, 0.77, 1.0])
def test_reading_goes_on_exactly_after_a_kill(share: float) -> None:
    made = make_download(1_500, seed=9, rows_per_file=300)
    whole = read(opened(made))
    last = whole[min(len(whole) - 1, int(len(whole) * share))]

    rest = read(opened(made), after=Checkpoint(last.member.index, last.row_no))

    assert rest == whole[whole.index(last) + 1 :]


def test_reading_twice_gives_the_same_rows() -> None:
    made = make_download(800, seed=4)

    assert read(opened(made)) == read(opened(made))


def test_generator_makes_equal_bytes_from_an_equal_seed() -> None:
    assert make_download(300, seed=5).zip_bytes == make_download(300, seed=5).zip_bytes


def test_repeats_have_the_length_of_the_song_between_them() -> None:
    made = make_download(2_000, seed=1)
    kept = [row.play for row in read(opened(made)) if row.is_stored and row.play and not row.play.offline]
    listens = [play for play in kept if play.ms_played >= 30_000]

    gaps = [after.ended_at - before.ended_at for before, after in pairwise(listens)]

    assert min(gaps) > timedelta(seconds=30)
