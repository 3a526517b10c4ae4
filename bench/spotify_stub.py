"""A Spotify that answers one question, slowly: what somebody played last. For measuring pollers only."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

LATENCY_S = 0.3
WINDOW = 50
EACH_S = 180
SONGS = 40_000
OWN_SONGS = 500
APART = 97


def window(listener: int, now: float) -> bytes:
    """The last fifty plays of somebody who hears a song every three minutes, without end.

    Each has 500 songs out of 40,000, most of which others have, too.
    """
    newest = int(now) // EACH_S
    plays = [_play(listener, newest - place) for place in range(WINDOW)]
    return json.dumps({"items": plays, "next": None}).encode()


def _play(listener: int, number: int) -> dict[str, Any]:
    played_at = datetime.fromtimestamp(number * EACH_S, UTC).isoformat().replace("+00:00", ".000Z")
    song = (listener * APART + number % OWN_SONGS) % SONGS
    return {"track": _song(song), "played_at": played_at, "context": None}


def _song(number: int) -> dict[str, Any]:
    artist = {"id": f"artist{number // 8:016d}", "name": f"Artist {number // 8}", "type": "artist"}
    album = {"id": f"album{number // 8:017d}", "name": "Album", "images": [], "artists": [artist]}
    return {
        "id": f"song{number:018d}",
        "uri": f"spotify:track:song{number:018d}",
        "type": "track",
        "name": f"Song {number}",
        "artists": [artist],
        "album": {**album, "release_date": "2019-05", "release_date_precision": "month"},
        "duration_ms": 1000 * EACH_S,
        "explicit": False,
        "is_local": False,
    }


@contextmanager
def answering() -> Iterator[str]:
    """Answer on a port of its own; the value for SPOTIFY_API_URL."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(_serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        loop.call_soon_threadsafe(_end, loop)
        thread.join()
        server.close()
        loop.close()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Let whoever is still connected go, then stop."""
    open_calls = asyncio.all_tasks(loop)
    for call in open_calls:
        call.cancel()
    loop.create_task(_stop_after(open_calls, loop))


async def _stop_after(calls: set[asyncio.Task[Any]], loop: asyncio.AbstractEventLoop) -> None:
    await asyncio.gather(*calls, return_exceptions=True)
    loop.stop()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        await asyncio.sleep(LATENCY_S)
        token = re.search(rb"Bearer \D*(\d+)", head)
        body = window(int(token[1]) if token else 0, time.time())
        start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(start.encode() + body)
        await writer.drain()
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The head of the next request; nothing once the caller has gone."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        return b""
