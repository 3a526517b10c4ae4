"""The command that scores a CSV file."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


@pytest.fixture
def songs(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("artist,title,energy,valence\nA,B,0.9,0.9\nC,D,,\n", encoding="utf-8")
    return path


def test_score_tracks_writes_moods_and_prints_one_report(songs, tmp_path, capsys):
    call_command("score_tracks", str(songs), str(tmp_path / "out.csv"))

    report = json.loads(capsys.readouterr().out)
    assert (report["tracks"], report["known"]) == (2, 1)
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_score_tracks_needs_no_configured_site(songs, tmp_path):
    answer = subprocess.run(
        [sys.executable, "manage.py", "score_tracks", str(songs), str(tmp_path / "out.csv")],
        cwd=settings.BASE_DIR,
        env={"DOTENV": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert json.loads(answer.stdout)["tracks"] == 2


def test_score_tracks_uses_the_prior_when_told(songs, tmp_path, capsys):
    call_command("score_tracks", str(songs), str(tmp_path / "out.csv"), "--model", "prior")

    assert json.loads(capsys.readouterr().out)["model"].startswith("prior-")


def test_score_tracks_names_row_and_column_when_a_cell_is_bad(songs, tmp_path):
    songs.write_text("artist,title,energy\nA,B,loud\n", encoding="utf-8")

    with pytest.raises(CommandError, match="row 1, column energy: 'loud' is not a number"):
        call_command("score_tracks", str(songs), str(tmp_path / "out.csv"))


def test_score_tracks_says_which_file_is_missing(tmp_path):
    missing = tmp_path / "none.csv"

    with pytest.raises(CommandError, match=f"{missing}: No such file"):
        call_command("score_tracks", str(missing), str(tmp_path / "out.csv"))


@pytest.mark.parametrize("command", ["train_moods", "evaluate_moods"])
def test_training_refuses_a_folder_without_data(tmp_path, command):
    with pytest.raises(CommandError, match="is not a data folder"):
        call_command(command, "--data", str(tmp_path))
