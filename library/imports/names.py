"""What the name of a file in the download tells: its kind, its order, and how to show it safely."""

import re

from library.imports.rows import Kind

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.EXTENDED_AUDIO, r"(Streaming_History_Audio_.*|endsong(_\d+)?)\.json"),
        (Kind.EXTENDED_VIDEO, r"(Streaming_History_Video_.*|endvideo(_\d+)?)\.json"),
        (Kind.ACCOUNT_MUSIC, r"StreamingHistory(_music_)?\d+\.json"),
        (Kind.ACCOUNT_PODCAST, r"StreamingHistory_podcast_\d+\.json"),
        (Kind.ACCOUNT_AUDIOBOOK, r"StreamingHistory_audiobook_\d+\.json"),
        (Kind.ACCOUNT_VIDEO, r"StreamingHistory_video_\d+\.json"),
        (Kind.LIBRARY, r"YourLibrary\d*\.json"),
        (Kind.PLAYLISTS, r"Playlist\d*\.json"),
    )
)
_NUMBER = re.compile(r"\d{1,9}")
_SHOWN_CHARACTERS = 120


def basename(path: str) -> str:
    """The last part of `path`, whichever slash its maker used."""
    return re.split(r"[/\\]", path)[-1]


def kind_of(path: str) -> Kind:
    """The kind by file name alone; folders are not looked at."""
    name = basename(path)
    for kind, pattern in _KINDS:
        if pattern.fullmatch(name):
            return kind
    return Kind.OTHER


def reading_order(kind: Kind, path: str) -> tuple[int, tuple[int, ...]]:
    """Sort key: extended before account, then by the numbers in the name, so `_10` follows `_2`."""
    numbers = tuple(int(number) for number in _NUMBER.findall(basename(path)))
    return list(Kind).index(kind), numbers


def shown(path: str) -> str:
    """`path` without its folders, with unprintable characters escaped and at most 120 long."""
    name = basename(path)[:_SHOWN_CHARACTERS]
    escaped = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in name
    )
    return escaped[:_SHOWN_CHARACTERS]
