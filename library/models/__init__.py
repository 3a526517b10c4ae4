"""The rows of the library, one module per idea."""

from library.models.catalogue import Album, Artist, Track, TrackArtist
from library.models.collection import (
    Exclusion,
    OwnPlaylist,
    OwnPlaylistTrack,
    SavedTrack,
    TopTrack,
)
from library.models.imports import HistoryImport, RejectedBatch, UploadPart
from library.models.listening import DeadLetter, Gap, Play, PollSchedule
from library.models.shelf import LibraryRevision, LibraryTrack
from library.models.syncing import SyncRun

__all__ = [
    "Album",
    "Artist",
    "DeadLetter",
    "Exclusion",
    "Gap",
    "HistoryImport",
    "LibraryRevision",
    "LibraryTrack",
    "OwnPlaylist",
    "OwnPlaylistTrack",
    "Play",
    "PollSchedule",
    "RejectedBatch",
    "SavedTrack",
    "SyncRun",
    "TopTrack",
    "Track",
    "TrackArtist",
    "UploadPart",
]
