import io

import pytest

from library.imports.download import open_download
from library.imports.errors import DownloadRefused, NotADownload
from library.imports.names import shown
from library.imports.reading import DownloadReader, MemberEnd
from library.imports.rows import Damage, Member
from library.imports.text import MemberText, MemberUnreadable
from tests.library.imports.builders import AUDIO, NOW, account_record, opened, packed, plays, read, record
from tests.library.imports.poison import CASES


def test_members_are_listed_in_reading_order_with_their_kinds() -> None:
    names = [
        "MyData/Read_Me_First.pdf",
        "MyData/Playlist1.json",
        "MyData/YourLibrary.json",
        "MyData/StreamingHistory_podcast_0.json",
        "MyData/StreamingHistory_audiobook_0.json",
        "MyData/StreamingHistory_video_0.json",
        "MyData/StreamingHistory_music_10.json",
        "MyData/StreamingHistory_music_2.json",
        "x/Streaming_History_Video_2018-2023.json",
        "x/Streaming_History_Audio_2019-2021_10.json",
        "x/Streaming_History_Audio_2019-2021_2.json",
        "x/ENDSONG.JSON",
        "inner.zip",
    ]

    download = opened(packed(dict.fromkeys(names, b"[]")))

    assert [(member.name, member.kind) for member in download.members] == [
        ("ENDSONG.JSON", "extended_audio"),
        ("Streaming_History_Audio_2019-2021_2.json", "extended_audio"),
        ("Streaming_History_Audio_2019-2021_10.json", "extended_audio"),
        ("Streaming_History_Video_2018-2023.json", "extended_video"),
        ("StreamingHistory_music_2.json", "account_music"),
        ("StreamingHistory_music_10.json", "account_music"),
        ("StreamingHistory_podcast_0.json", "account_podcast"),
        ("StreamingHistory_audiobook_0.json", "account_audiobook"),
        ("StreamingHistory_video_0.json", "account_video"),
        ("YourLibrary.json", "library"),
        ("Playlist1.json", "playlists"),
        ("Read_Me_First.pdf", "other"),
        ("inner.zip", "other"),
    ]


def test_member_has_its_place_and_size() -> None:
    download = opened(packed({AUDIO: b"[ ]", "folder/": b""}))

    assert download.members == (Member(0, AUDIO, download.members[0].kind, 3),)
    assert download.history == download.members


@pytest.mark.parametrize(
    ("files", "is_small"),
    [
        ({"StreamingHistory_music_0.json": [account_record()]}, True),
        ({"StreamingHistory_music_0.json": [account_record()], AUDIO: [record()]}, False),
        ({AUDIO: [record()]}, False),
    ],
)
def test_download_is_the_small_package_when_there_is_nothing_else(
    files: dict[str, object], is_small: bool
) -> None:
    assert opened(packed(files)).is_small_package is is_small


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("../../a/b.json", "b.json"),
        ("C:\\b.json", "b.json"),
        ("b\n\u202e.json", "b\\n\\u202e.json"),
        ("x" * 300, "x" * 120),
        ("<b>.json", "<b>.json"),
    ],
)
def test_name_is_shown_without_folders_and_control_characters(name: str, seen: str) -> None:
    assert shown(name) == seen


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\x89PNG", "x.png", "These look like photos"),
        (packed({"a/IMG.heic": b"x"}), "x.zip", "These look like photos"),
        (packed({"Spotify Account Data/Userdata.json": b"{}"}), "x.zip", "This is the small account package"),
        (b"{}", "Identity.json", "This is the small account package"),
        (packed({"my_spotify_data.zip": b"PK"}), "x.zip", "This ZIP holds another ZIP"),
        (
            packed({"Spotify Technical Log Information/A.json": b"[]"}),
            "x.zip",
            "This is Spotify's technical log",
        ),
        (packed({}), "x.zip", "This ZIP is empty"),
        (packed({"notes.txt": b"x"}), "x.zip", "There is no listening history in this ZIP"),
        (b"[1]", "x.json", "This JSON file holds no plays"),
        (b"ID3\x03", "x.mp3", "This is a music file"),
        (b"", "x.json", "This file is empty"),
    ],
)
def test_refusal_says_what_the_file_is(content: bytes, name: str, words: str) -> None:
    with pytest.raises(NotADownload) as refused:
        open_download(io.BytesIO(content), name)

    assert refused.value.reason.startswith(words)
    assert str(refused.value) == refused.value.reason


@pytest.mark.parametrize("case", [case for case in CASES if case[3].isalpha()], ids=lambda case: case[0])
def test_refusal_is_a_sentence_that_says_what_to_do(case: tuple) -> None:
    _, name, make, _ = case

    with pytest.raises(DownloadRefused) as refused:
        open_download(io.BytesIO(make()), name)

    assert str(refused.value).endswith(".")
    assert {"Upload", "upload", "Download", "Ask", "ask", "pack"} & set(str(refused.value).split())


def ends(download: object, most_rows: int) -> list[tuple[int, Damage | None]]:
    reader = DownloadReader(download, now=NOW, leaves_out_incognito=False, most_rows=most_rows)
    return [(row.member.index, row.damage) for row in reader.rows() if isinstance(row, MemberEnd)]


@pytest.mark.parametrize(
    ("most_rows", "damages"),
    [
        (6, [(0, None), (1, None)]),
        (5, [(0, None), (1, "too_many_rows")]),
        (2, [(0, "too_many_rows"), (1, "too_many_rows")]),
    ],
)
def test_reading_stops_when_there_are_too_many_rows(most_rows: int, damages: list[object]) -> None:
    files = {f"Streaming_History_Audio_2024_{n}.json": plays(3) for n in range(2)}

    assert ends(opened(packed(files)), most_rows) == damages


def test_text_stops_when_the_total_is_spent() -> None:
    text = MemberText(io.BytesIO(b"[" + b" " * 100), spend=lambda size: size < 50)

    with pytest.raises(MemberUnreadable) as stopped:
        text.read(64)

    assert stopped.value.damage == "too_large"


def test_download_counts_the_bytes_of_all_members() -> None:
    download = opened(packed({AUDIO: plays(3)}))
    download._bytes_left = 10

    rows = read(download)

    assert rows == []


def test_download_can_be_read_twice() -> None:
    download = opened(plays(3))

    assert read(download) == read(download)
