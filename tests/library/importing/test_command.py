import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from library.models import HistoryImport, Play
from tests.library.imports.builders import AUDIO, packed, plays, record

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *arguments: Any, **options: Any) -> dict[str, Any]:
    """The one JSON report that the command prints."""
    call_command("import_history", *map(str, arguments), **options)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.fixture
def download(tmp_path: Path) -> Path:
    path = tmp_path / "my_spotify_data.zip"
    path.write_bytes(packed({AUDIO: [*plays(3), record(ts=None)]}))
    return path


def test_command_imports_a_file_and_accounts_for_every_row(
    alice: User, download: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(capsys, "alice", download)

    verdicts = {"play": 3, "invalid": 1}
    entry = {"name": AUDIO, "rows": 4, "verdicts": verdicts, "invalid": {"bad_time": 1}, "damage": None}
    assert report == {
        "imports": [
            {
                "id": HistoryImport.objects.get().pk,
                "file": "my_spotify_data.zip",
                "state": "done",
                "problem": "",
                "rows": 4,
                "plays_added": 3,
                "verdicts": verdicts,
                "files": [entry],
            }
        ]
    }
    assert Play.objects.for_user(alice).count() == 3


def test_command_adds_nothing_when_run_twice(
    alice: User, download: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "alice", download)

    report = run(capsys, "alice", download)

    assert report["imports"][0]["verdicts"] == {"already_known": 3, "invalid": 1}
    assert Play.objects.count() == 3


def test_command_takes_several_files_one_after_the_other(
    alice: User, download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = tmp_path / AUDIO
    second.write_text(json.dumps(plays(5)))

    report = run(capsys, "alice", download, second)

    assert [entry["plays_added"] for entry in report["imports"]] == [3, 2]


def test_command_leaves_out_private_sessions_when_told_to(
    alice: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / AUDIO
    path.write_text(json.dumps([record(incognito_mode=True)]))

    report = run(capsys, "alice", path, "--leave-out-incognito")

    assert report["imports"][0]["verdicts"] == {"incognito": 1}


def test_command_reports_and_fails_when_a_file_is_no_download(
    alice: User, download: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = tmp_path / "photos.zip"
    photos.write_bytes(packed({"me.jpg": b"x"}))

    with pytest.raises(CommandError, match=r"Not imported: photos\.zip"):
        call_command("import_history", "alice", str(photos), str(download))

    report = json.loads(capsys.readouterr().out)
    assert [entry["state"] for entry in report["imports"]] == ["failed", "done"]
    assert report["imports"][0]["problem"].startswith("These look like photos")


def test_command_says_so_when_a_file_is_too_large(
    alice: User, download: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 10

    with pytest.raises(CommandError):
        call_command("import_history", "alice", str(download))

    assert json.loads(capsys.readouterr().out)["imports"][0]["problem"] == "The file is too large."


def test_command_refuses_an_unknown_user(db: None, download: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no user nobody\."):
        call_command("import_history", "nobody", str(download))


def test_command_refuses_a_file_that_is_not_there(alice: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_history", "alice", str(tmp_path / "gone.zip"))
