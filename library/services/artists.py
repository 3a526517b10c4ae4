"""Keep artists and albums as Spotify names them, each once."""

from collections.abc import Collection, Iterable

from library.models import Album, Artist
from library.names import LONGEST_NAME, LONGEST_TITLE
from spotify.types import AlbumRef, ArtistRef

ArtistKey = tuple[str | None, str]


def artist_key(ref: ArtistRef) -> ArtistKey:
    """By what an artist is found again: the id, or the name where there is no id."""
    return (ref.spotify_id, "") if ref.spotify_id else (None, ref.name[:LONGEST_NAME])


def store_artists(refs: Iterable[ArtistRef]) -> dict[ArtistKey, int]:
    """Keep these artists; the row id of each by `artist_key`. At most seven queries."""
    named = {artist_key(ref): ref.name[:LONGEST_NAME] for ref in refs if ref.spotify_id or ref.name}
    with_id = {spotify_id: name for (spotify_id, _), name in named.items() if spotify_id}
    by_id = _store_with_id(with_id)
    by_name = artists_named([name for spotify_id, name in named if not spotify_id])
    rows: dict[ArtistKey, int] = {(spotify_id, ""): row_id for spotify_id, row_id in by_id.items()}
    return rows | {(None, name): row_id for name, row_id in by_name.items()}


def artists_named(names: Collection[str]) -> dict[str, int]:
    """The row id of an artist of each name: the one with an id where exactly one has that name.

    Names that nobody bears yet get a row without an id.
    """
    if not names:
        return {}
    found = _best_by_name(names)
    missing = sorted(set(names) - set(found))
    if missing:
        # Two writers may find the same name missing: the constraint lets one row in.
        Artist.objects.bulk_create([Artist(name=name) for name in missing], ignore_conflicts=True)
        found |= dict(Artist.objects.filter(spotify_id=None, name__in=missing).values_list("name", "pk"))
    return found


def _best_by_name(names: Collection[str]) -> dict[str, int]:
    with_id: dict[str, list[int]] = {}
    without_id: dict[str, int] = {}
    for row_id, spotify_id, name in Artist.objects.filter(name__in=set(names)).values_list(
        "pk", "spotify_id", "name"
    ):
        if spotify_id:
            with_id.setdefault(name, []).append(row_id)
        else:
            without_id[name] = row_id
    sure = {name: row_ids[0] for name, row_ids in with_id.items() if len(row_ids) == 1}
    return without_id | sure


def _store_with_id(names: dict[str, str]) -> dict[str, int]:
    if not names:
        return {}
    known = {
        artist.spotify_id: artist
        for artist in Artist.objects.filter(spotify_id__in=names)
        if artist.spotify_id
    }
    adopted = _adopt_by_name(
        {spotify_id: name for spotify_id, name in names.items() if spotify_id not in known}
    )
    changed = [
        Artist(spotify_id=spotify_id, name=name)
        for spotify_id, name in sorted(names.items())
        if spotify_id not in adopted
        and (spotify_id not in known or (name and known[spotify_id].name != name))
    ]
    Artist.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["spotify_id"], update_fields=["name"]
    )
    rows = {spotify_id: artist.pk for spotify_id, artist in known.items()} | adopted
    return rows | {artist.spotify_id: artist.pk for artist in changed if artist.spotify_id}


def _adopt_by_name(new: dict[str, str]) -> dict[str, int]:
    """Give the first new artist of a name the row that a download made for that name."""
    if not new:
        return {}
    nameless = {
        artist.name: artist for artist in Artist.objects.filter(spotify_id=None, name__in=set(new.values()))
    }
    adopted: dict[str, Artist] = {}
    for spotify_id, name in sorted(new.items()):
        artist = nameless.pop(name, None)
        if artist is not None:
            artist.spotify_id = spotify_id
            adopted[spotify_id] = artist
    Artist.objects.bulk_update(list(adopted.values()), ["spotify_id"])
    return {spotify_id: artist.pk for spotify_id, artist in adopted.items()}


def store_albums(refs: Iterable[AlbumRef]) -> dict[str, int]:
    """Keep the albums that have an id; the row id of each by Spotify's id. At most two queries."""
    albums = {ref.spotify_id: _album(ref) for ref in refs if ref.spotify_id}
    known = (
        {album.spotify_id: album for album in Album.objects.filter(spotify_id__in=albums)} if albums else {}
    )
    changed = [
        album
        for spotify_id, album in sorted(albums.items())
        if spotify_id not in known or _facts(album) != _facts(known[spotify_id])
    ]
    Album.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["spotify_id"],
        update_fields=["name", "release_date", "release_year", "image_url", "image_small_url"],
    )
    return {album.spotify_id: album.pk for album in [*known.values(), *changed] if album.spotify_id}


def _album(ref: AlbumRef) -> Album:
    return Album(
        spotify_id=ref.spotify_id,
        name=ref.name[:LONGEST_TITLE],
        release_date=ref.release_date or "",
        release_year=int(ref.release_date[:4]) if ref.release_date else None,
        image_url=_short(ref.image_url),
        image_small_url=_short(ref.image_url_small),
    )


def _facts(album: Album) -> tuple[object, ...]:
    return album.name, album.release_date, album.image_url, album.image_small_url


def _short(url: str | None) -> str:
    """The address, unless it is longer than any cover's: half an address leads nowhere."""
    return url if url and len(url) <= 500 else ""
