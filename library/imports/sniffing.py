"""Says what an upload is that is not a listening history, so that its owner knows what to do."""

import io
import re
from collections.abc import Callable, Sequence

from library.imports.errors import NotADownload
from library.imports.names import basename
from library.imports.rows import HISTORY_KINDS, Kind
from library.imports.text import MemberText, MemberUnreadable

_ASK = "In Spotify's privacy settings, ask for the Extended streaming history and upload that ZIP."
_PHOTOS = f"These look like photos, not a listening history. {_ASK}"
_SMALL = (
    "This is the small account package, and it holds no listening history. "
    "Ask Spotify for the Extended streaming history; it comes in a ZIP of its own."
)
_NESTED = "This ZIP holds another ZIP. Unpack it once and upload the ZIP that was inside."
_TECHNICAL = f"This is Spotify's technical log, which holds no plays. {_ASK}"
_EMPTY_ZIP = f"This ZIP is empty. {_ASK}"
_NO_HISTORY = f"There is no listening history in this ZIP. {_ASK}"
_NO_PLAYS = f"This JSON file holds no plays. {_ASK}"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"This is a PDF, the read-me of the download. {_ASK}"),
    (b"\xff\xd8\xff", _PHOTOS),
    (b"\x89PNG", _PHOTOS),
    (b"GIF8", _PHOTOS),
    (b"ID3", f"This is a music file, not a listening history. {_ASK}"),
    (b"\x1f\x8b", "This is a GZ archive. Unpack it and upload the ZIP or JSON files inside."),
    (b"Rar!", "This is a RAR archive. Unpack it and upload the JSON files inside."),
    (b"7z\xbc\xaf", "This is a 7z archive. Unpack it and upload the JSON files inside."),
)
_PHOTO_NAMES = re.compile(r".*\.(jpe?g|png|gif|heic|webp|mov|mp4)", re.IGNORECASE)
_ACCOUNT_NAMES = re.compile(
    r"(Userdata|Identity|Payments|Follow|Inferences|SearchQueries|Marquee|YourLibrary|"
    r"Playlist|YourSoundCapsule|Wrapped)\w*\.json",
    re.IGNORECASE,
)
_TECHNICAL_PATH = re.compile(r".*technical.log.*", re.IGNORECASE)
_EXTENDED_KEYS = (b'"ts"', b'"ms_played"')
_ACCOUNT_KEYS = (b'"endTime"', b'"msPlayed"')
_HEAD_BYTES = 64 * 1024


def seems_to_be(head: bytes, name: str) -> str | None:
    """Why a lone file beginning with `head` is no JSON of plays, or None when it may be one."""
    if not head:
        return f"This file is empty. {_ASK}"
    for signature, reason in _SIGNATURES:
        if head.startswith(signature):
            return reason
    if head.lstrip()[:1] == b"<":
        return f"This is a web page, not the download itself. {_ASK}"
    if _ACCOUNT_NAMES.fullmatch(basename(name)):
        return _SMALL
    return None


def kind_by_content(head: bytes, named: Kind) -> Kind:
    """The kind of a lone JSON file: what its name says, else what its first records say.

    Raises NotADownload when neither says that it holds plays.
    """
    text = _first_text(head)
    if named in HISTORY_KINDS:
        return named
    if all(key in text for key in _EXTENDED_KEYS):
        return Kind.EXTENDED_AUDIO
    if all(key in text for key in _ACCOUNT_KEYS):
        return Kind.ACCOUNT_MUSIC
    raise NotADownload(_NO_PLAYS)


def why_no_history(paths: Sequence[str]) -> str:
    """Why an archive with these `paths`, none of them a history, cannot be imported."""
    if not paths:
        return _EMPTY_ZIP
    for reason, is_typical in _TYPICAL:
        if any(is_typical(path) for path in paths):
            return reason
    return _NO_HISTORY


def _first_text(head: bytes) -> bytes:
    try:
        return MemberText(io.BytesIO(head), spend=lambda _: True).read(_HEAD_BYTES)
    except MemberUnreadable:
        return b""


_TYPICAL: tuple[tuple[str, Callable[[str], object]], ...] = (
    (_TECHNICAL, _TECHNICAL_PATH.fullmatch),
    (_SMALL, lambda path: _ACCOUNT_NAMES.fullmatch(basename(path))),
    (_NESTED, lambda path: path.lower().endswith(".zip")),
    (_PHOTOS, _PHOTO_NAMES.fullmatch),
)
