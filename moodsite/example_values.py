"""What the examples in the OpenAPI document are made of: a value for each field, all of it made up.

`moodsite.examples` puts them together. A field that is not here is told by its type: the first
choice, the smallest number, a list of one.
"""

from typing import Any, Final

SITE: Final = "https://mood.example.org"

_MOMENT, _LATER = "2026-05-01T19:30:00Z", "2026-05-01T19:32:10Z"
_TRACK_ID = "4mOoDsItEeXaMpLe000001"
_PLAYLIST = "0f8fad5b-d9cb-469f-a165-70867728950e"
_ON_SPOTIFY = {
    "spotify_url": "https://open.spotify.com/playlist/4mOoDsItEeXaMpLe000002",
    "duration_ms": 3_480_000,
}
_MOODS = ("happy", "sad", "energetic", "calm", "angry", "romantic")
_STATES = (*_MOODS, "mixed", "unknown")
_SHARES = dict(zip(_STATES, (0.34, 0.1, 0.18, 0.15, 0.03, 0.08, 0.07, 0.05), strict=True))
_DOUBTS = dict(zip(_STATES, (0.04, 0.02, 0.03, 0.02, 0.01, 0.02, 0.01, 0), strict=True))
_PERIOD = {
    "start": "2026-05-01",
    "end": "2026-05-01",
    "plays": 42,
    "minutes": 139.5,
    "known": 0.95,
    "shares": _SHARES,
    "doubts": _DOUBTS,
    "valence": 0.58,
    "arousal": 0.52,
    "leading": "happy",
}
_BEFORE = {
    **_PERIOD,
    "start": "2026-04-30",
    "end": "2026-04-30",
    "plays": 31,
    "minutes": 101.0,
    "shares": {**_SHARES, "happy": 0.22, "sad": 0.22},
}

FIELDS: Final[dict[str, Any]] = {
    "album": "Paper Boats",
    "artist": "The Lantern Keepers",
    "arousal": 0.62,
    "arousal_spread": 0.14,
    "at": _MOMENT,
    "again_at": None,
    "attempts": 1,
    "by": 0.12,
    "can_save_playlists": True,
    "closed_at": None,
    "connected_at": "2026-03-31T19:30:00Z",
    "days": 90,
    "days_left": 151,
    "description": "Quiet songs for late hours.",
    "display_name": "Noor",
    "duration": "58 minutes",
    "duration_ms": 214_000,
    "end": "2026-05-01",
    "ends_at": "2026-09-29T19:30:00Z",
    "expires_at": "2026-07-30T19:30:00Z",
    "explains": "happy",
    "file_name": "my_spotify_data.zip",
    "finished_at": _LATER,
    "first_played_at": "2026-01-14T20:12:00Z",
    "fit": 0.81,
    "from_at": "2026-04-28T08:00:00Z",
    "hour": 19,
    "id": 4711,
    "is_active": True,
    "is_liked": True,
    "isrc": "ZZMDS2600001",
    "joined_at": "2026-01-10T09:00:00Z",
    "key": "calm-evening",
    "known": 0.95,
    "listens": 37,
    "matching": 212,
    "minutes": 64.5,
    "moved": "happy",
    "ms_played": 214_000,
    "name": "Calm evening",
    "next_refresh_at": "2026-05-04T05:00:00Z",
    "notices": [],
    "merged": [],
    "percent": 81,
    "place": 3,
    "number": 2,
    "plays": 42,
    "plays_added": 8410,
    "problem": "",
    "published_at": None,
    "rests_on": "its own sound and genres",
    "rows": 8412,
    "rows_read": 8412,
    "schedule_hour": 7,
    "size": 1_048_576,
    "speaks_for": True,
    "spotify_id": _TRACK_ID,
    "spotify_url": f"https://open.spotify.com/track/{_TRACK_ID}",
    "spread": 0.14,
    "starts_with": "moodsite_Ex4m",
    "state_text": "On Spotify · refreshes each Monday at 7 a.m.",
    "status_code": 200,
    "step": "",
    "text": "An hour of quiet songs, mostly ones you know.",
    "threshold": 0.47,
    "time_zone": "Europe/Berlin",
    "title": "Slow Tide Home",
    "to_at": "2026-04-28T12:00:00Z",
    "total": 1830,
    "track_count": 16,
    "track_id": 4711,
    "use_corrections": True,
    "url": "https://hooks.example.org/moodsite",
    "valence": 0.78,
    "valence_spread": 0.11,
    "version": 2,
    "waits_until": None,
    "why": "Very likely calm; you heard it often lately.",
}
"""By the name of the field, whichever schema it is in."""

FIELDS_OF: Final[dict[str, dict[str, Any]]] = {
    "ArtistInRow": {"id": 318, "name": "The Lantern Keepers"},
    "Comparison": {"now": _PERIOD, "before": _BEFORE},
    "CopyPlaylist": {"name": "Calm evening, again"},
    "Coverage": {
        "tracks": 1830,
        "known_tracks": 1702,
        "plays": 25_310,
        "known_plays": 24_904,
        "share_of_tracks": 0.93,
        "share_of_plays": 0.984,
    },
    "Delivery": {"payload": {"playlist": _PLAYLIST, "name": "Calm evening", "changes": 4}},
    "Draft": {"revision": 1, "shown": [4711], "locked": [4711], "dropped": []},
    "Exclusion": {"artist": None},
    "Export": {"counts": {"tracks": 1830, "plays": 25_310, "playlists": 6}},
    "ImportFile": {
        "name": "Streaming_History_Audio_2025.json",
        "invalid": {},
        "damage": None,
        "verdicts": {"play": 8410, "podcast": 2},
    },
    "ImportReport": {"verdicts": {"play": 8410, "podcast": 2}},
    "Job": {
        "kind": "library.sync",
        "progress": {"step": "", "counts": {}},
        "result": {"counts": {"plays": {"read": 50, "new": 12}}},
    },
    "LibraryTrack": {"ms_played": 7_918_000},
    "Me": {"name": "noor", "allow_explicit": True},
    "Mood": {"name": "Happy", "text": "Bright and carefree.", "tracks": 326, "listens": 6120},
    "Moment": {"doubts": _DOUBTS},
    "MoodPage": {"name": "Happy", "text": "Bright and carefree.", "tracks": 326, "listens": 6120},
    "NewPlaylist": {"name": "Late and quiet"},
    "NewSongs": {"text": "Songs from beyond your library are left out."},
    "NewToken": {"name": "my script", "secret": "moodsite_Ex4mple-that-opens-nothing"},
    "NewWebhook": {"secret": "moodsite_hook_Ex4mple-that-signs-nothing"},
    "Playlist": _ON_SPOTIFY,
    "PlaylistDetail": _ON_SPOTIFY,
    "PlaylistTrack": {"mood": "calm"},
    "Period": {"doubts": _DOUBTS},
    "Reason": {"text": "major key"},
    "SourceLine": {"name": "ReccoBeats", "label": "Sound", "text": "found by ISRC"},
    "Summary": {
        "month": {
            "now": {**_PERIOD, "start": "2026-05-01", "end": "2026-05-31", "plays": 1290, "minutes": 4300.5},
            "before": {**_BEFORE, "start": "2026-04-01", "plays": 1104, "minutes": 3650.0},
            "moved": "happy",
            "by": 0.12,
        }
    },
    "Sync": {"counts": {"plays": {"read": 50, "new": 12}}},
    "Token": {"name": "my script"},
    "TrackDetail": {"ms_played": 7_918_000},
    "TrackMood": {"said": {"happy": True}},
}
"""By the name of the schema, and of the field: what means something else there."""

WHOLE: Final[dict[str, Any]] = {
    "DeliveryStateEnum": "done",
    "ExportStateEnum": "ready",
    "ImportStateEnum": "done",
    "JobStateEnum": "done",
    "NewExclusion": {"track_id": 4711},
    "PlaylistStateEnum": "published",
    "Probabilities": dict(zip(_MOODS, (0.81, 0.07, 0.44, 0.18, 0.04, 0.22), strict=True)),
    "Recipe": {"version": 1, "mood": "calm", "minutes": 60, "familiarity": 0.5},
    "Shares": _SHARES,
    "ScheduleEnum": "weekly",
    "SyncStateEnum": "done",
}
"""By the name of the schema: what cannot be told field by field."""

ACCEPTED: Final[dict[str, Any]] = {
    "Export": {"state": "waiting", "size": 0, "counts": {}, "finished_at": None},
    "Import": {
        "state": "waiting",
        "rows_read": 0,
        "plays_added": 0,
        "finished_at": None,
        "report": {"rows": 0, "verdicts": {}, "files": []},
    },
    "Job": {"state": "queued", "progress": {}, "result": {}, "finished_at": None},
}
"""By the name of the schema: what differs as long as it has not begun, which 202 answers."""

_SAVED_HERE: Final = {
    "state": "local",
    "state_text": "Saved here",
    "spotify_url": "",
    "version": 1,
    "refreshed_at": None,
    "next_refresh_at": None,
    "schedule": "never",
}

THERE: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("post", "/api/v1/imports/{id}/cancel"): {"state": "cancelled"},
    ("post", "/api/v1/playlists"): {"name": "Late and quiet", **_SAVED_HERE},
    ("delete", "/api/v1/playlists/{id}"): {"kind": "playlists.remove"},
    ("post", "/api/v1/playlists/{id}/duplicate"): {"name": "Calm evening, again", **_SAVED_HERE},
    ("get", "/api/v1/playlists/{id}/export"): {
        "playlist": {
            "title": "Calm evening",
            "annotation": "Quiet songs for late hours.",
            "date": _MOMENT,
            "track": [
                {
                    "title": "Slow Tide Home",
                    "creator": "The Lantern Keepers",
                    "album": "Paper Boats",
                    "duration": 214_000,
                    "annotation": "Very likely calm.",
                    "identifier": [f"https://open.spotify.com/track/{_TRACK_ID}"],
                }
            ],
        }
    },
    ("post", "/api/v1/playlists/{id}/publish"): {"kind": "playlists.publish"},
    ("post", "/api/v1/playlists/{id}/refresh"): {"kind": "playlists.refresh"},
    ("post", "/api/v1/playlists/{id}/restore"): {"kind": "playlists.restore"},
    ("post", "/api/v1/tokens"): {"last_used_at": None},
}
"""By method and address: what differs in the answer of that one."""

TYPES: Final[dict[str, Any]] = {
    "date": "2026-05-01",
    "date-time": _MOMENT,
    "uri": f"{SITE}/",
    "uuid": _PLAYLIST,
    "boolean": False,
    "null": None,
    "number": 0,
    "integer": 0,
    "object": {},
    "string": "",
}
"""By format or type: what is told of a field that no one named."""
