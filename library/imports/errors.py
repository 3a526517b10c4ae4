"""Why an uploaded file is refused as a whole, in words that say what to do next."""

from library.imports.limits import MOST_MEMBERS


class DownloadRefused(Exception):
    """The file cannot be imported; `str()` is a plain sentence for the listener."""


class NotADownload(DownloadRefused):
    """The file holds no listening history; `reason` says what it seems to be."""

    def __init__(self, reason: str) -> None:
        """Keep `reason`, a plain sentence that says what to upload instead."""
        super().__init__(reason)
        self.reason = reason


class BrokenDownload(DownloadRefused):
    """The archive is damaged or contradicts itself, so no part of it can be trusted."""

    def __init__(self) -> None:
        """Say that downloading it again is the way out."""
        super().__init__(
            "This ZIP is damaged or incomplete. Download it from Spotify again "
            "and upload it without changing it."
        )


class EncryptedDownload(DownloadRefused):
    """The archive asks for a password, which Spotify's own never does."""

    def __init__(self) -> None:
        """Say that the archive must be packed without a password."""
        super().__init__(
            "This ZIP is locked with a password. Upload the file as Spotify sent it, "
            "or pack it again without a password."
        )


class ZipBomb(DownloadRefused):
    """The archive unpacks to far more than its size allows for an honest download."""

    def __init__(self) -> None:
        """Say that the archive was not made by Spotify."""
        super().__init__(
            "This ZIP would unpack to far more than a listening history does, "
            "so it was not opened. Upload the ZIP as Spotify sent it."
        )


class TooLarge(DownloadRefused):
    """The archive unpacks to more than `limits.TOTAL_BYTES`."""

    def __init__(self) -> None:
        """Say that the files can be uploaded one by one."""
        super().__init__(
            "This download unpacks to more than 1 GB. Upload its Streaming_History "
            "files one at a time instead."
        )


class TooManyMembers(DownloadRefused):
    """The archive lists more than `limits.MOST_MEMBERS` files."""

    def __init__(self) -> None:
        """Say how many files are accepted."""
        super().__init__(
            f"This ZIP holds more than {MOST_MEMBERS} files, which Spotify's downloads "
            "never do. Upload the ZIP as Spotify sent it."
        )
