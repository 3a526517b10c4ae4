"""The shapes of answers as the contracts give them, copied by hand, and a small checker for them.

A schema is a type, a tuple of alternatives, a list holding the schema of every entry, or a dict whose keys
must all be there and no others; a key that ends in "?" may be missing.
"""

NULL = type(None)
TEXT_OR_NULL = (str, NULL)
LINKS = {"id": str, "uri": str, "type": str, "href": str, "external_urls": {"spotify": str}}
IMAGE = {"url": str, "height": (int, NULL), "width": (int, NULL)}
ARTIST_REFERENCE = {**LINKS, "name": str}
ARTIST = {**ARTIST_REFERENCE, "genres": [str], "images": [IMAGE]}
ALBUM = {
    **LINKS,
    "name": str,
    "album_type": str,
    "total_tracks": int,
    "release_date": str,
    "release_date_precision": str,
    "images": [IMAGE],
    "artists": [ARTIST_REFERENCE],
}
TRACK = {
    **LINKS,
    "name": str,
    "external_ids": {"isrc?": str},
    "duration_ms": int,
    "explicit": bool,
    "disc_number": int,
    "track_number": int,
    "is_local": bool,
    "is_playable": bool,
    "restrictions?": {"reason": str},
    "artists": [ARTIST_REFERENCE],
    "album": ALBUM,
    "preview_url": NULL,
}
PROFILE = {**LINKS, "account_id": str, "display_name": TEXT_OR_NULL, "images": [IMAGE]}
CONTEXT = {"type": str, "uri": str, "href": str, "external_urls": {"spotify": str}}
CURSORS = {"after": str, "before": str}
RECENTLY_PLAYED = {
    "href": str,
    "limit": int,
    "next": TEXT_OR_NULL,
    "cursors": (CURSORS, NULL),
    "items": [{"played_at": str, "track": TRACK, "context": (CONTEXT, NULL)}],
}
SAVED_TRACK = {"added_at": str, "track": TRACK}
OWNER = {**LINKS, "display_name": TEXT_OR_NULL}
PLAYLIST_SUMMARY = {
    **LINKS,
    "name": str,
    "description": TEXT_OR_NULL,
    "public": (bool, NULL),
    "collaborative": bool,
    "snapshot_id": str,
    "owner": OWNER,
    "images": [IMAGE],
    "items?": {"href": str, "total": int},
}
PLAYLIST_ENTRY = {
    "added_at": TEXT_OR_NULL,
    "added_by": (LINKS, NULL),
    "is_local": bool,
    "item": (TRACK, NULL),
}


def page_of(entry: object) -> dict:
    """An offset page of such entries."""
    return {
        "href": str,
        "items": [entry],
        "limit": int,
        "next": TEXT_OR_NULL,
        "offset": int,
        "previous": TEXT_OR_NULL,
        "total": int,
    }


PLAYLIST = {
    **PLAYLIST_SUMMARY,
    "items?": page_of(PLAYLIST_ENTRY),
}
ERROR = {"error": {"status": int, "message": str}}
TOKENS = {
    "access_token": str,
    "token_type": str,
    "scope": str,
    "expires_in": int,
    "refresh_token?": str,
}
NUMBER_OR_NULL = (float, int, NULL)
RECCOBEATS_FEATURES = {
    "id": str,
    "href": str,
    "isrc": TEXT_OR_NULL,
    **dict.fromkeys(
        (
            "acousticness",
            "danceability",
            "energy",
            "instrumentalness",
            "liveness",
            "loudness",
            "speechiness",
            "tempo",
            "valence",
        ),
        NUMBER_OR_NULL,
    ),
    "key": int,
    "mode": int,
}
RECCOBEATS_TRACK = {
    "id": str,
    "trackTitle": str,
    "artists": [{"id": str, "name": str, "href": str}],
    "durationMs": int,
    "isrc": TEXT_OR_NULL,
    "ean": NULL,
    "upc": NULL,
    "href": str,
    "availableCountries": str,
    "popularity": int,
}
LRCLIB_SHEET = {
    "id": int,
    "name": str,
    "trackName": str,
    "artistName": str,
    "albumName": str,
    "duration": float,
    "instrumental": bool,
    "plainLyrics": TEXT_OR_NULL,
    "syncedLyrics": TEXT_OR_NULL,
}


def faults(content: object, schema: object, at: str = "$") -> list[str]:
    """Where the content is not as the schema says; [] where all is well."""
    if isinstance(schema, tuple):
        found = [faults(content, choice, at) for choice in schema]
        return [] if [] in found else min(found, key=len)
    if isinstance(schema, list):
        if not isinstance(content, list):
            return [f"{at}: not a list"]
        return [
            fault
            for place, entry in enumerate(content)
            for fault in faults(entry, schema[0], f"{at}[{place}]")
        ]
    if isinstance(schema, dict):
        return _object_faults(content, schema, at)
    if isinstance(content, bool) and schema is not bool:
        return [f"{at}: a truth value"]
    return [] if isinstance(content, schema) else [f"{at}: {type(content).__name__}"]


def _object_faults(content: object, schema: dict, at: str) -> list[str]:
    if not isinstance(content, dict):
        return [f"{at}: not an object"]
    known = {key.rstrip("?") for key in schema}
    found = [f"{at}.{key}: unexpected" for key in content if key not in known]
    for key, below in schema.items():
        name = key.rstrip("?")
        if name in content:
            found += faults(content[name], below, f"{at}.{name}")
        elif not key.endswith("?"):
            found.append(f"{at}.{name}: missing")
    return found
