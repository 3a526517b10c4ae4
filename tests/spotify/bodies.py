"""JSON as Spotify sends it, copied by hand from its reference."""

from typing import Any


def track_body(**changes: Any) -> dict[str, Any]:
    body = {
        "id": "11dFghVXANMlKmJXsNCbNl",
        "uri": "spotify:track:11dFghVXANMlKmJXsNCbNl",
        "type": "track",
        "name": "Cut To The Feeling",
        "external_ids": {"isrc": "USUM71703861"},
        "duration_ms": 207959,
        "explicit": False,
        "is_local": False,
        "is_playable": True,
        "artists": [{"id": "6sFIWsNpZYqfjUpaCgueju", "name": "Carly Rae Jepsen", "type": "artist"}],
        "album": {
            "id": "0tGPJ0bkWOUmH7MEOR77qc",
            "name": "Cut To The Feeling",
            "release_date": "2017-05-26",
            "release_date_precision": "day",
            "images": [
                {"url": "https://i.scdn.co/image/640", "height": 640, "width": 640},
                {"url": "https://i.scdn.co/image/300", "height": 300, "width": 300},
                {"url": "https://i.scdn.co/image/64", "height": 64, "width": 64},
            ],
        },
        "preview_url": None,
    }
    return body | changes


def episode_body() -> dict[str, Any]:
    return {
        "id": "512ojhOuo1ktJprKbVcKyQ",
        "uri": "spotify:episode:512ojhOuo1ktJprKbVcKyQ",
        "type": "episode",
        "name": "Starting Your Own Podcast",
        "duration_ms": 1502795,
        "show": {"id": "38bS44xjbVVZ3No3ByF1dJ", "name": "Vetenskapsradion"},
    }


def local_body() -> dict[str, Any]:
    return {
        "id": None,
        "uri": "spotify:local:The+Cassettes:Demo:Rain:215",
        "type": "track",
        "name": "Rain",
        "is_local": True,
        "duration_ms": 215000,
        "artists": [{"id": None, "name": "The Cassettes"}],
        "album": {"id": None, "name": "Demo", "images": []},
    }


def play_body(**changes: Any) -> dict[str, Any]:
    body = {
        "played_at": "2026-11-22T21:14:03.123Z",
        "track": track_body(),
        "context": {"type": "playlist", "uri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"},
    }
    return body | changes


def playlist_body(**changes: Any) -> dict[str, Any]:
    body = {
        "id": "3cEYpjA9oz9GiPac4AsH4n",
        "uri": "spotify:playlist:3cEYpjA9oz9GiPac4AsH4n",
        "name": "Rainy days",
        "description": None,
        "owner": {"id": "smedjan", "display_name": "Ann"},
        "collaborative": False,
        "public": True,
        "snapshot_id": "AAAAB8C+GjVHq8v4vzStbL6AUYzo1cDV",
        "items": {"href": "https://api.spotify.com/v1/playlists/x/items", "total": 42},
    }
    return body | changes


def page_body(*entries: Any, next_url: str | None = None, total: int | None = None) -> dict[str, Any]:
    return {"items": list(entries), "next": next_url, "total": total, "offset": 0, "limit": 50}
