import msgspec
import pytest

from library.imports.report import MemberReport, RejectedRow, Report, csv_lines, rejected
from library.imports.rows import Damage, Row, Verdict
from tests.library.imports.builders import AUDIO, opened, packed, play, plays, read, record, reported

OTHER = "Streaming_History_Audio_2024_1.json"


def test_report_counts_by_file_verdict_and_reason() -> None:
    rows = [record(), record(ms_played=5), record(ts=None), record(ts=None), record(ms_played=-1)]

    report = reported(opened(packed({AUDIO: rows, OTHER: b"[", "cover.jpg": b"x"})))

    assert report.members == {
        0: MemberReport(
            AUDIO, {"play": 1, "short_play": 1, "invalid": 3}, {"bad_time": 2, "bad_duration": 1}, None
        ),
        1: MemberReport(OTHER, {}, {}, Damage.TRUNCATED),
    }
    assert report.rows == 5
    assert report.verdicts == {"play": 1, "short_play": 1, "invalid": 3}


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({AUDIO: plays(2)}, "complete"),
        ({AUDIO: plays(2), OTHER: [{}]}, "partial"),
        ({AUDIO: plays(2), OTHER: b"["}, "partial"),
        ({AUDIO: [{}], OTHER: b"["}, "failed"),
        ({AUDIO: []}, "failed"),
    ],
)
def test_status_tells_whether_all_some_or_nothing_was_read(files: dict[str, object], status: str) -> None:
    assert reported(opened(packed(files))).status == status


def test_report_of_nothing_is_failed() -> None:
    assert (Report().status, Report().rows, Report().verdicts) == ("failed", 0, {})


def test_report_comes_back_equal_from_json() -> None:
    report = reported(opened(packed({AUDIO: [record(), {}], OTHER: b"["})))

    assert Report.from_json(report.to_json()) == report


def test_report_goes_on_from_a_saved_one() -> None:
    rows = read(opened(plays(4)))
    first, whole = Report(), Report()
    for row in rows:
        whole.add(row)
    for row in rows[:2]:
        first.add(row)

    second = Report.from_json(first.to_json())
    for row in rows[2:]:
        second.add(row)

    assert second == whole


def test_verdict_can_become_already_known_when_the_caller_finds_the_play() -> None:
    row = msgspec.structs.replace(read(opened([record()]))[0], verdict=Verdict.ALREADY_KNOWN)

    assert row.is_stored is False
    assert [kept.verdict for kept in rejected([row])] == ["already_known"]


def test_rejected_rows_are_those_not_stored_with_what_is_known_of_them() -> None:
    rows = read(opened([record(), record(), record(ts=None)]))

    assert list(rejected(rows)) == [
        RejectedRow(
            member=AUDIO,
            row_no=1,
            verdict="duplicate_in_file",
            reason=None,
            title="Quiet River",
            artist="Amber Quay",
            ended_at=play().ended_at,
        ),
        RejectedRow(
            member=AUDIO,
            row_no=2,
            verdict="invalid",
            reason="bad_time",
            title=None,
            artist=None,
            ended_at=None,
        ),
    ]


def test_csv_has_a_line_for_each_rejected_row_and_runs_no_formula() -> None:
    twice = [record(master_metadata_track_name="=1+1", master_metadata_album_artist_name="-x")] * 2

    lines = csv_lines(rejected(read(opened([*twice, record(ts=None)]))))

    assert "".join(lines).splitlines() == [
        "file,row,verdict,reason,title,artist,ended_at",
        f"{AUDIO},1,duplicate_in_file,,'=1+1,'-x,2024-05-01T10:00:00+00:00",
        f"{AUDIO},2,invalid,bad_time,,,",
    ]


def test_row_without_a_play_is_not_stored_when_its_verdict_says_so() -> None:
    member = opened([record()]).members[0]

    assert Row(member, 0, Verdict.PLAY).is_stored is False
