"""Files that are broken, hostile or not what they claim, each with the outcome it must have.

An outcome is the name of the refusal, or `status: damages; verdicts` of the report.
"""

import gzip
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from typing import Any

from tests.library.imports.builders import AUDIO, account_record, packed, plays, record

MIB = 1024 * 1024
GOOD = plays(3)
GOOD_JSON = json.dumps(GOOD).encode()
PADDED = json.dumps(GOOD, indent=2).encode()
OTHER = "Streaming_History_Audio_2024_1.json"


def with_text(field: str, raw: bytes) -> bytes:
    """Three plays; `field` of the second one is written as the bytes `raw`."""
    rows = [json.dumps(row).encode() for row in GOOD]
    rows[1] = json.dumps(GOOD[1] | {field: "@@"}).encode().replace(b'"@@"', raw)
    return b"[" + b",\n".join(rows) + b"]"


def beside_good(content: bytes) -> bytes:
    """A ZIP of a good file and one with `content`."""
    return packed({AUDIO: GOOD, OTHER: content})


def patched(archive: bytes, change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    """The archive with every directory entry changed by `change`."""
    out = io.BytesIO(archive)
    with zipfile.ZipFile(out, "a") as opened:
        for entry in opened.infolist():
            change(entry)
        opened.comment = b"x"
    return out.getvalue()


def lying(size: int, packed_size: int = 0) -> bytes:
    """An archive whose one file says it unpacks to `size` bytes, from `packed_size` if given."""

    def lie(entry: zipfile.ZipInfo) -> None:
        entry.file_size = size
        entry.compress_size = packed_size or entry.compress_size

    return patched(packed({AUDIO: GOOD}), lie)


def flagged() -> bytes:
    """An archive that says it is encrypted."""
    raw = bytearray(packed({AUDIO: GOOD}))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def overlapping() -> bytes:
    """Two directory entries for the same bytes."""
    out = io.BytesIO(packed({AUDIO: GOOD, OTHER: GOOD}))
    with zipfile.ZipFile(out, "a") as opened:
        opened.infolist()[1].header_offset = opened.infolist()[0].header_offset
        opened.infolist()[1].compress_size = opened.infolist()[0].compress_size
        opened.comment = b"x"
    return out.getvalue()


def twice_named() -> bytes:
    """Two files of one name."""
    raw = packed({"Streaming_History_Audio_2024_0.json": GOOD, "Streaming_History_Audio_2024_9.json": GOOD})
    return raw.replace(b"2024_9.json", b"2024_0.json")


def link() -> bytes:
    """A symbolic link named as a history, beside a good file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(OTHER)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
        archive.writestr(AUDIO, GOOD_JSON)
    return out.getvalue()


class Unseekable(io.BytesIO):
    """A file that can only be written forwards, as a streaming server does."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def streamed() -> bytes:
    """An archive with data descriptors."""
    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(AUDIO, GOOD_JSON)
    return out.getvalue()


def zip64() -> bytes:
    """An archive whose end record points to a 64-bit one."""
    raw = bytearray(packed({AUDIO: GOOD}))
    at = raw.rfind(b"PK\x05\x06")
    _, _, _, count, _, size, start, _ = struct.unpack_from("<IHHHHIIH", raw, at)
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return bytes(raw[:at]) + end64 + locator + end


def directory_broken() -> bytes:
    """The directory overwritten."""
    return packed({AUDIO: GOOD}).replace(b"PK\x01\x02", b"XXXX")


def nameless() -> bytes:
    """A good file, and one whose name begins with NUL, which unpackers read as no name."""
    return packed({AUDIO: GOOD, "?.txt": b"x"}).replace(b"?.txt", b"\0.txt")


def misnamed() -> bytes:
    """The second file's own header has a name that is not the UTF-8 it says it is."""
    raw = bytearray(packed({AUDIO: GOOD, OTHER: GOOD}))
    at = raw.find(b"PK\x03\x04", 4)
    raw[at + 7] |= 0x08
    raw[at + 30] = 0xFF
    return bytes(raw)


def crowded(files: int) -> bytes:
    """An archive with that many files, one of them good."""
    return packed({AUDIO: GOOD} | {f"{n}.txt": b"" for n in range(files - 1)})


def squeezed(method: int) -> bytes:
    """An archive packed with `method`."""
    return packed({AUDIO: GOOD}, compression=method)


def huge_directory() -> bytes:
    """An end record that announces a directory of 2 MiB."""
    raw = bytearray(packed({AUDIO: GOOD}))
    at = raw.rfind(b"PK\x05\x06")
    struct.pack_into("<I", raw, at + 12, 2 * MIB)
    return bytes(raw)


def flipped() -> bytes:
    """One stored byte of the second file changed, so that its checksum is wrong."""
    raw = bytearray(packed({AUDIO: GOOD, OTHER: GOOD}, compression=zipfile.ZIP_STORED))
    raw[raw.rfind(b"Quiet")] ^= 0x20
    return bytes(raw)


def squashed() -> bytes:
    """The second file's compressed bytes overwritten."""
    raw = bytearray(packed({AUDIO: GOOD, OTHER: plays(90)}))
    at = raw.find(OTHER.encode()) + len(OTHER) + 40
    raw[at : at + 60] = b"\xff" * 60
    return bytes(raw)


def header_broken() -> bytes:
    """The second file's own header overwritten."""
    raw = bytearray(packed({AUDIO: GOOD, OTHER: GOOD}))
    at = raw.find(b"PK\x03\x04", 4)
    raw[at : at + 4] = b"XXXX"
    return bytes(raw)


def zeros(size: int, name: str = OTHER) -> bytes:
    """`size` zero bytes, deflated, beside a good file."""
    return packed({AUDIO: GOOD, name: bytes(size)})


def nested_object(depth: int) -> bytes:
    """A value nested `depth` deep, as JSON."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


ok3 = "complete: -; play 3"
one_bad = "complete: -; invalid 1, play 2"
Case = tuple[str, str, Callable[[], Any], str]

TEXT: tuple[Case, ...] = (
    ("plain", AUDIO, lambda: GOOD_JSON, ok3),
    ("indented", AUDIO, lambda: PADDED, ok3),
    ("utf-8 mark", AUDIO, lambda: b"\xef\xbb\xbf" + GOOD_JSON, ok3),
    ("utf-16 with mark", AUDIO, lambda: GOOD_JSON.decode().encode("utf-16"), ok3),
    ("utf-16 big end", AUDIO, lambda: b"\xfe\xff" + GOOD_JSON.decode().encode("utf-16-be"), ok3),
    ("utf-16 no mark", AUDIO, lambda: GOOD_JSON.decode().encode("utf-16-le"), ok3),
    ("utf-16 big end no mark", AUDIO, lambda: GOOD_JSON.decode().encode("utf-16-be"), ok3),
    ("utf-32", AUDIO, lambda: GOOD_JSON.decode().encode("utf-32"), ok3),
    ("utf-16 cut", AUDIO, lambda: GOOD_JSON.decode().encode("utf-16")[:-1], "partial: bad_encoding; play 3"),
    ("utf-16 lone half", AUDIO, lambda: b"\xff\xfe[\x00\x00\xd8\x00\xd8", "failed: bad_encoding; -"),
    ("mark only", AUDIO, lambda: b"\xef\xbb\xbf", "failed: empty; -"),
    ("blanks only", AUDIO, lambda: b" \n ", "failed: empty; -"),
    ("latin-1", AUDIO, lambda: with_text("master_metadata_track_name", b'"Caf\xe9"'), one_bad),
    ("overlong utf-8", AUDIO, lambda: with_text("master_metadata_track_name", b'"\xc0\x80"'), one_bad),
    ("raw surrogate", AUDIO, lambda: with_text("master_metadata_track_name", b'"\xed\xa0\x80"'), one_bad),
    ("lone surrogate", AUDIO, lambda: with_text("master_metadata_track_name", b'"\\ud800"'), one_bad),
    ("escaped nul", AUDIO, lambda: with_text("master_metadata_track_name", b'"a\\u0000b"'), one_bad),
    ("raw nul", AUDIO, lambda: with_text("master_metadata_track_name", b'"a\x00b"'), one_bad),
    ("raw line break", AUDIO, lambda: with_text("master_metadata_track_name", b'"a\nb"'), one_bad),
    ("escaped pair", AUDIO, lambda: with_text("master_metadata_track_name", b'"\\ud83d\\ude00"'), ok3),
    ("NaN", AUDIO, lambda: with_text("ms_played", b"NaN"), one_bad),
    ("Infinity", AUDIO, lambda: with_text("ms_played", b"-Infinity"), one_bad),
    ("1e999", AUDIO, lambda: with_text("ms_played", b"1e999"), one_bad),
    ("4301 digits", AUDIO, lambda: with_text("ms_played", b"9" * 4_301), one_bad),
    ("4301 digits aside", AUDIO, lambda: with_text("offline_timestamp", b"9" * 4_301), one_bad),
    ("16 deep", AUDIO, lambda: with_text("more", nested_object(15)), ok3),
    ("17 deep", AUDIO, lambda: with_text("more", nested_object(17)), one_bad),
    ("brackets in names", AUDIO, lambda: with_text("more", json.dumps("[{" * 40).encode()), ok3),
    ("100 k deep", AUDIO, lambda: b"[" * 100_000, "failed: truncated; -"),
    ("100 k deep, closed", AUDIO, lambda: b"[" * 100_000 + b"]" * 100_000, "failed: -; invalid 1"),
    ("100 k deep in a row", AUDIO, lambda: with_text("x", b"[" * 100_000 + b"]" * 100_000), one_bad),
    ("record of 70 KB", AUDIO, lambda: with_text("x", b'"' + b"x" * 70_000 + b'"'), one_bad),
    ("record of 70 KB, quotes", AUDIO, lambda: with_text("x", b'"' + b'\\"}' * 30_000 + b'"'), one_bad),
    ("record of 3 MB", AUDIO, lambda: with_text("x", b'"' + b"x\\\\" * MIB + b'"'), one_bad),
    ("endless brackets", AUDIO, lambda: b'[{"x":[' + b"[]," * 300_000, "failed: broken_json; -"),
    (
        "many brackets",
        AUDIO,
        lambda: b"[" + (b"[" + b"[]," * 9_999 + b"1],") * 60,
        "failed: broken_json; invalid 23",
    ),
    (
        "escape at the limit",
        AUDIO,
        lambda: b'[{"x":"' + b"x" * 65_529 + b'\\""},' + GOOD_JSON[1:],
        "complete: -; invalid 1, play 3",
    ),
    ("record without end", AUDIO, lambda: b'[{"x":"' + b"x" * 70_000, "failed: truncated; -"),
    ("string of 70 KB", AUDIO, lambda: b'["' + b"x" * 70_000 + b'"]', "failed: broken_json; -"),
    ("truncated in a row", AUDIO, lambda: GOOD_JSON[:-40], "partial: truncated; play 2"),
    ("truncated after a row", AUDIO, lambda: GOOD_JSON[:-1], "partial: truncated; play 3"),
    (
        "truncated in a number",
        AUDIO,
        lambda: GOOD_JSON[:-1] + b", 12",
        "partial: truncated; invalid 1, play 3",
    ),
    ("truncated in a string", AUDIO, lambda: GOOD_JSON[:-1] + b', "12', "partial: truncated; play 3"),
    ("trailing junk", AUDIO, lambda: GOOD_JSON + b" \n x", "partial: trailing_junk; play 3"),
    ("late trailing junk", AUDIO, lambda: GOOD_JSON + b" " * 99_999 + b"x", "partial: trailing_junk; play 3"),
    ("trailing blanks", AUDIO, lambda: GOOD_JSON + b" \n" * 50_000, ok3),
    ("two lists", AUDIO, lambda: GOOD_JSON + GOOD_JSON, "partial: trailing_junk; play 3"),
    ("trailing comma", AUDIO, lambda: GOOD_JSON[:-1] + b",]", ok3),
    ("no commas", AUDIO, lambda: GOOD_JSON.replace(b"}, {", b"}\n{"), ok3),
    (
        "one object a line",
        AUDIO,
        lambda: b"\n".join(json.dumps(row).encode() for row in GOOD),
        "partial: not_a_list; play 3",
    ),
    ("object", AUDIO, lambda: b'{"tracks": ' + GOOD_JSON + b"}", "failed: not_a_list; invalid 1"),
    ("large object", AUDIO, lambda: b'{"a": ' + b"[1]," * 30_000 + b"[]}", "failed: not_a_list; invalid 1"),
    ("empty list", AUDIO, lambda: b"[]", "failed: empty; -"),
    ("text", AUDIO, lambda: b"hello", "failed: not_json; -"),
    ("number", AUDIO, lambda: b"12", "failed: not_json; -"),
    ("list of values", AUDIO, lambda: b'[1, null, "x", true, [], [[]]]', "failed: -; invalid 6"),
    ("values among rows", AUDIO, lambda: GOOD_JSON[:-1] + b",null,7]", "complete: -; invalid 2, play 3"),
    ("junk among rows", AUDIO, lambda: GOOD_JSON[:-1] + b",nul,7]", "partial: broken_json; play 3"),
    ("stray bracket", AUDIO, lambda: GOOD_JSON[:-1] + b"}]", "partial: broken_json; play 3"),
    ("broken row", AUDIO, lambda: GOOD_JSON[:-1] + b',{"ts" oops}]', "complete: -; invalid 1, play 3"),
    ("65 MB", AUDIO, lambda: GOOD_JSON[:-1] + b" " * 65 * MIB + b"]", "partial: too_large; play 3"),
    ("empty objects", AUDIO, lambda: b"[{},{}]", "failed: -; invalid 2"),
    ("same key twice", AUDIO, lambda: b'[{"ts":"x",' + GOOD_JSON[2:], ok3),
    ("small package", "StreamingHistory_music_0.json", lambda: [account_record()], "complete: -; play 1"),
    ("small package, extended name", AUDIO, lambda: [account_record()], "complete: -; play 1"),
    ("renamed", "history (1).json", lambda: GOOD_JSON, ok3),
    ("renamed small package", "x.txt", lambda: [account_record()], "complete: -; play 1"),
)

NOT_DOWNLOADS: tuple[Case, ...] = (
    ("nothing", AUDIO, lambda: b"", "NotADownload"),
    ("pdf", "ReadMeFirst.pdf", lambda: b"%PDF-1.4", "NotADownload"),
    ("jpeg", "x.jpg", lambda: b"\xff\xd8\xff\xe0", "NotADownload"),
    ("web page", "my_spotify_data.zip", lambda: b"\n<!doctype html>", "NotADownload"),
    ("gzip", "x.gz", lambda: gzip.compress(GOOD_JSON), "NotADownload"),
    ("private file", "Userdata.json", lambda: b'{"email": "x"}', "NotADownload"),
    ("other json", "package.json", lambda: b'{"name": "x"}', "NotADownload"),
    ("other json, broken utf-16", "x.json", lambda: b"\xff\xfe\x00\xd8\x00\xd8", "NotADownload"),
    ("cut zip", "x.zip", lambda: packed({AUDIO: GOOD})[:-30], "BrokenDownload"),
    ("four bytes of a zip", "x.zip", lambda: b"PK\x03\x04", "BrokenDownload"),
    ("end record only", "x.zip", lambda: packed({}), "NotADownload"),
    ("cut end record", "x.zip", lambda: b"PK\x05\x06\x00", "BrokenDownload"),
    ("end record points nowhere", "x.zip", lambda: b"PK\x05\x06" + b"\xff" * 18, "BrokenDownload"),
)

ARCHIVES: tuple[Case, ...] = (
    ("good zip", "x.zip", lambda: packed({AUDIO: GOOD}), ok3),
    ("stored", "x.zip", lambda: packed({AUDIO: GOOD}, compression=zipfile.ZIP_STORED), ok3),
    ("data descriptors", "x.zip", streamed, ok3),
    ("64-bit end record", "x.zip", zip64, ok3),
    ("encrypted", "x.zip", flagged, "EncryptedDownload"),
    ("overlapping", "x.zip", overlapping, "BrokenDownload"),
    ("two of one name", "x.zip", twice_named, "BrokenDownload"),
    ("large directory", "x.zip", huge_directory, "TooManyMembers"),
    ("100 files", "x.zip", lambda: crowded(100), ok3),
    ("101 files", "x.zip", lambda: crowded(101), "TooManyMembers"),
    ("zero bomb", "x.zip", lambda: zeros(65 * MIB), "ZipBomb"),
    ("zero bomb aside", "x.zip", lambda: zeros(65 * MIB, "cover.bin"), "ZipBomb"),
    ("zeros", "x.zip", lambda: zeros(MIB), "partial: not_json; play 3"),
    ("says 2 GB", "x.zip", lambda: lying(2**31), "ZipBomb"),
    ("says 1 GB, packed as usual", "x.zip", lambda: lying(1024 * MIB + 1, 85 * MIB), "TooLarge"),
    ("says 65 MB, packed as usual", "x.zip", lambda: lying(65 * MIB, 5 * MIB), "failed: too_large; -"),
    ("says less", "x.zip", lambda: lying(100), "failed: broken_archive; -"),
    ("says more", "x.zip", lambda: lying(len(GOOD_JSON) + 5), ok3),
    ("wrong checksum", "x.zip", flipped, "partial: broken_archive; play 3"),
    ("broken deflate", "x.zip", squashed, "partial: broken_archive; play 3"),
    ("broken header", "x.zip", header_broken, "partial: broken_archive; play 3"),
    ("broken directory", "x.zip", directory_broken, "BrokenDownload"),
    ("link", "x.zip", link, ok3),
    ("bzip2", "x.zip", lambda: squeezed(zipfile.ZIP_BZIP2), "failed: unsupported_compression; -"),
    ("lzma", "x.zip", lambda: squeezed(zipfile.ZIP_LZMA), "failed: unsupported_compression; -"),
    ("parent folders", "x.zip", lambda: packed({f"../../{AUDIO}": GOOD}), ok3),
    ("root folder", "x.zip", lambda: packed({f"/etc/{AUDIO}": GOOD}), ok3),
    ("backslashes", "x.zip", lambda: packed({f"C:\\data\\{AUDIO}": GOOD}), ok3),
    ("name of 300", "x.zip", lambda: packed({"Streaming_History_Audio_" + "x" * 300 + ".json": GOOD}), ok3),
    ("nameless file aside", "x.zip", nameless, ok3),
    ("own header names it otherwise", "x.zip", misnamed, "partial: broken_archive; play 3"),
    ("nested zip", "x.zip", lambda: packed({"inner.zip": packed({AUDIO: GOOD})}), "NotADownload"),
    ("nested zip aside", "x.zip", lambda: packed({AUDIO: GOOD, "inner.zip": packed({})}), ok3),
    ("photos", "x.zip", lambda: packed({"IMG_1.JPG": b"x"}), "NotADownload"),
    ("private files aside", "x.zip", lambda: packed({AUDIO: GOOD, "Payments.json": b"{oops"}), ok3),
    ("bad file beside a good one", "x.zip", lambda: beside_good(b"oops"), "partial: not_json; play 3"),
    ("empty file beside a good one", "x.zip", lambda: beside_good(b""), "partial: empty; play 3"),
    (
        "cut file beside a good one",
        "x.zip",
        lambda: beside_good(json.dumps([record()]).encode()[:-1]),
        "partial: truncated; play 4",
    ),
)

CASES = TEXT + NOT_DOWNLOADS + ARCHIVES
