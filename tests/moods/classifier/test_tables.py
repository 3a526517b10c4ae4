"""Songs in a CSV file: read with care, scored, written with everything that was there."""

import csv
import subprocess
import sys

import pytest

from moods.classifier.cells import BadTable
from moods.classifier.model import load_model
from moods.classifier.tables import ADDED, score_file
from moods.classifier.taxonomy import FEATURES

HEADER = ("artist", "title", *FEATURES)
LOUD = (0.4, 0.95, 5, -3.5, 0, 0.1, 0.001, 0.0, 0.3, 0.2, 150, 4, 200000)
QUIET = (0.4, 0.1, 5, -18, 1, 0.04, 0.95, 0.0, 0.1, 0.2, 80, 4, 200000)


@pytest.fixture
def scored(tmp_path):
    def score(header, *rows, encoding="utf-8"):
        source, target = tmp_path / "in.csv", tmp_path / "out.csv"
        with source.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        report = score_file(source, target, model=load_model())
        with target.open(encoding="utf-8", newline="") as file:
            return report, list(csv.DictReader(file))

    return score


def told(error):
    return [str(problem) for problem in error.value.problems]


def test_song_is_scored_with_all_columns_in_their_order(scored):
    _, (row,) = scored(HEADER, ("A", "B", *LOUD))

    assert tuple(row)[-len(ADDED) :] == ADDED
    assert row["quadrant"] == "angry"
    assert row["known"] == "true"
    assert row["because"].startswith(f"sounds {row['mood']}: ")
    assert sum(float(row[f"q_{q}"]) for q in ("happy", "angry", "sad", "calm")) == pytest.approx(1, abs=2e-4)
    assert float(row["arousal_low"]) < float(row["arousal"]) < float(row["arousal_high"])


def test_song_is_unknown_with_blanks_when_only_its_title_is_there(scored):
    report, (row,) = scored(HEADER, ("A", "Sad song", *[""] * 13))

    added = {name: row[name] for name in ADDED}
    expected = dict.fromkeys(ADDED, "") | {
        "quadrant": "unknown",
        "mood": "unknown",
        "known": "false",
        "because": "too little is known of this song",
    }
    assert added == expected
    assert report["known"] == 0


def test_columns_of_the_input_pass_through(scored):
    _, (row,) = scored((*HEADER, "note"), ("Ä", "B", *LOUD, "mine"), encoding="utf-8-sig")

    assert (row["artist"], row["note"], row["input_valence"]) == ("Ä", "mine", "0.2")


def test_missing_feature_columns_are_unknown_and_told(scored):
    report, rows = scored(("artist", "title", "energy", "valence"), ("A", "B", 0.9, 0.9))

    assert rows[0]["quadrant"] == "happy"
    assert report["missing_columns"] == [f for f in FEATURES if f not in ("energy", "valence")]


def test_blanks_and_values_not_found_are_unknown(scored):
    found = ("A", "B", *LOUD[:2], "", LOUD[3], "", *LOUD[5:10], "", 4, "")
    blank = ("A2", "B", *LOUD[:2], -1, LOUD[3], -1, *LOUD[5:10], 0, 4, "NaN")

    _, rows = scored(HEADER, found, blank)

    assert [rows[0][name] for name in ADDED] == [rows[1][name] for name in ADDED]


def test_song_without_sound_is_scored_by_its_artists_other_songs(scored):
    _, rows = scored(HEADER, ("A", "B", *LOUD), ("a", "C", *[""] * 13), ("", "D", *[""] * 13))

    assert [row["quadrant"] for row in rows] == ["angry", "angry", "unknown"]


def test_genres_alone_make_a_song_known(scored):
    header = (*HEADER, "genres")

    _, rows = scored(header, ("A", "1999", *[""] * 13, "death metal|thrash metal"))

    assert (rows[0]["known"], rows[0]["quadrant"]) == ("true", "angry")
    assert rows[0]["because"].endswith(": genre: death metal, thrash metal")


LYRIC_HEADER = (
    *("artist", "title", "n_words", "n_unique", "vader_mean", "vader_sd"),
    *("vader_pos_share", "vader_neg_share", "vader_last_quarter", "words"),
)


def test_lyric_columns_make_a_song_known(scored):
    row = ("A", "B", 40, 20, -0.6, 0.3, 0.1, 0.8, -0.7, "kill:5 hate:9 dead:3")

    _, rows = scored(LYRIC_HEADER, row, ("C", "D", *[""] * 8), ("E", "F", *[0] * 7, ""))

    assert [row["quadrant"] for row in rows] == ["angry", "unknown", "unknown"]


def test_lyrics_make_a_song_known_when_they_are_english(scored):
    english = "I hate you and I want to kill\nburn in hell with all your lies"
    spanish = "te quiero mucho mi corazon\ny no puedo vivir sin ti esta noche"

    _, rows = scored(("artist", "title", "lyrics"), ("A", "B", english), ("C", "D", spanish))

    assert [row["known"] for row in rows] == ["true", "false"]


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("energy", "loud", "row 2, column energy: 'loud' is not a number"),
        ("energy", "1.2", "row 2, column energy: 1.2 is outside 0 to 1"),
        ("tempo", "inf", "row 2, column tempo: inf is outside 0 to 300"),
        ("duration_ms", "-5", "row 2, column duration_ms: -5 is outside 0 to 3.6e+07"),
    ],
)
def test_bad_cell_is_told_by_row_and_column(scored, column, cell, problem):
    bad = dict(zip(HEADER, ("C", "D", *QUIET), strict=True)) | {column: cell}

    with pytest.raises(BadTable) as error:
        scored(HEADER, ("A", "B", *LOUD), tuple(bad.values()))

    assert told(error) == [problem]


@pytest.mark.parametrize("words", ["no pairs", "love:0"])
def test_bad_lyric_cells_are_told_by_row_and_column(scored, words):
    with pytest.raises(BadTable) as error:
        scored(LYRIC_HEADER, ("A", "B", 4, 2, 0, 0, 0, 0, 0, words))

    assert told(error) == ["row 1, column words: needs word:count pairs, counts from 1"]


def test_words_alone_make_a_song_known_and_blank_statistics_are_unknown(scored):
    words = "kill:5 hate:9 dead:3"

    _, alone = scored(("artist", "title", "words"), ("A", "B", words))
    _, beside = scored(LYRIC_HEADER, ("A", "B", *[""] * 7, words))

    assert alone[0]["quadrant"] == "angry"
    assert [alone[0][name] for name in ADDED] == [beside[0][name] for name in ADDED]


def test_missing_and_doubled_columns_are_told(scored):
    with pytest.raises(BadTable) as error:
        scored(("artist", "energy", "energy"), ("A", 0.1, 0.2))

    assert told(error) == [
        "column title: the column is missing",
        "column energy: the column is there twice",
    ]


def test_columns_are_known_in_any_case_and_those_without_a_name_pass_through(scored):
    _, (row,) = scored(("", "Artist", "TITLE", "Energy", "valence", ""), ("x", "A", "B", 0.9, 0.9, "y"))

    assert (row["artist"], row["title"], row["energy"], row["quadrant"]) == ("A", "B", "0.9", "happy")


def test_blank_lines_do_not_count(tmp_path):
    source = tmp_path / "in.csv"
    source.write_bytes(b"\r\n\r\nartist,title,energy\r\n\r\nA,B,loud\r\n")

    with pytest.raises(BadTable) as error:
        score_file(source, tmp_path / "out.csv", model=load_model())

    assert told(error) == ["row 1, column energy: 'loud' is not a number"]


@pytest.mark.parametrize(("mark", "said"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_are_told(tmp_path, mark, said):
    source = tmp_path / "in.csv"
    source.write_text("artist,title,energy\nA,B,0.5\n".replace(",", mark), encoding="utf-8")

    with pytest.raises(BadTable) as error:
        score_file(source, tmp_path / "out.csv", model=load_model())

    assert told(error) == [f"its cells are parted by {said}; part them by commas"]


def test_table_without_songs_is_written_without_songs(scored):
    report, rows = scored(HEADER)

    assert (report["tracks"], rows) == (0, [])


def test_row_of_another_width_is_told(scored):
    with pytest.raises(BadTable) as error:
        scored(("artist", "title", "energy"), ("A", "B"), ("A", "B", 0.1, 9))

    assert told(error) == [
        "row 1, column energy: the row has 2 cells, the header 3",
        "row 2, column energy: the row has 4 cells, the header 3",
    ]


@pytest.mark.parametrize("content", [b"", b"artist,title\n\xff\xfe,x\n", b'artist,title\n"a,b\n'])
def test_file_that_is_no_table_is_refused(tmp_path, content):
    source = tmp_path / "in.csv"
    source.write_bytes(content)

    with pytest.raises(BadTable):
        score_file(source, tmp_path / "out.csv", model=load_model())

    assert not (tmp_path / "out.csv").exists()


@pytest.mark.processes
def test_scoring_imports_neither_scikit_learn_nor_django():
    script = (
        "import sys; import moods.classifier.tables;"
        "print([name for name in ('sklearn', 'scipy', 'django') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
