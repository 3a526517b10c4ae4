"""What tests can ask of a sandbox and do to it; the same for one in this process and one in another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.exchange import Json
from sandbox.journal import Request


class Controls(ABC):
    """A sandbox as tests see it.

    Moments are given as aware datetimes or ISO text and come back as ISO text.
    """

    url: str

    @abstractmethod
    def _call(self, action: str, **arguments: Any) -> Any:
        """Carry out an action of `sandbox.actions`; arguments and result are plain JSON."""

    @property
    def spotify_api_url(self) -> str:
        """The value for SPOTIFY_API_URL."""
        return f"{self.url}/v1"

    @property
    def accounts_url(self) -> str:
        """The value for SPOTIFY_ACCOUNTS_URL."""
        return f"{self.url}/accounts"

    @property
    def reccobeats_url(self) -> str:
        """The value for RECCOBEATS_URL."""
        return f"{self.url}/reccobeats/v1"

    @property
    def lrclib_url(self) -> str:
        """The value for LRCLIB_URL."""
        return f"{self.url}/lrclib/api"

    @property
    def musicbrainz_url(self) -> str:
        """The value for MUSICBRAINZ_URL."""
        return f"{self.url}/musicbrainz/ws/2"

    # Failures

    def fail(
        self,
        kind: str,
        *,
        times: int | None = 1,
        status: int | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
        delay_s: float | None = None,
        cut_after: int | None = None,
        retry_after: int | str | None = None,
        quota: bool = False,
        lose_answer: bool = False,
        truncate: bool = False,
        user: str | None = None,
    ) -> None:
        """Let the next `times` requests of a kind go wrong; None for all from now on.

        A kind may be a pattern, such as "*". With `status`, `body` (text, bytes or JSON), `retry_after` or
        `quota` the request has no effect and is answered so; `headers` are added. Otherwise it is answered
        as ever, but: `delay_s` late; the connection cut after `cut_after` bytes of the body; `truncate`
        sends half the body as if it were all of it; `lose_answer` has the effect and then closes the
        connection without a word. `user` limits it to requests with that listener's token.
        """
        if isinstance(body, bytes):
            body = {"base64": b64encode(body).decode()}
        self._call(
            "fail",
            kind=kind,
            times=times,
            status=status,
            body=body,
            headers=headers or {},
            delay_s=delay_s or 0.0,
            cut_after=cut_after,
            retry_after=None if retry_after is None else str(retry_after),
            quota=quota,
            lose_answer=lose_answer,
            truncate=truncate,
            user=user,
        )

    def clear_failures(self) -> None:
        """Drop every order to fail."""
        self._call("clear_failures")

    # The journal

    def journal(self, kind: str | None = None) -> list[Request]:
        """All requests so far, or those of a kind, oldest first, without control requests and secrets."""
        return [Request.from_json(row) for row in self._call("journal", kind=kind)]

    def clear_journal(self) -> None:
        """Begin an empty journal."""
        self._call("clear_journal")

    # Grants

    def grant(
        self, listener: str, *, scopes: Iterable[str] | None = None, client_id: str = "sandbox-client"
    ) -> Json:
        """Tokens as the token endpoint answers a listener who has just agreed; all scopes unless told."""
        tokens: Json = self._call("grant", listener=listener, scopes=_listed(scopes), client_id=client_id)
        return tokens

    def authorize_code(
        self,
        listener: str,
        *,
        redirect_uri: str,
        scopes: Iterable[str] | None = None,
        client_id: str = "sandbox-client",
        code_challenge: str | None = None,
    ) -> str:
        """An authorization code as the consent page would have sent it back."""
        code: str = self._call(
            "authorize_code",
            listener=listener,
            redirect_uri=redirect_uri,
            scopes=_listed(scopes),
            client_id=client_id,
            code_challenge=code_challenge,
        )
        return code

    def revoke(self, listener: str) -> None:
        """The listener removes the app: every token given for them so far is dead."""
        self._call("revoke", listener=listener)

    def forbid(self, listener: str, *, plain_text: bool = False) -> None:
        """The listener is not on the allow-list: sign-in works, every API call is answered with 403."""
        self._call("forbid", listener=listener, plain_text=plain_text)

    def allow(self, listener: str) -> None:
        """The listener is on the allow-list again."""
        self._call("allow", listener=listener)

    def expire_access_tokens(self) -> None:
        """Every access token given so far is expired; refresh tokens are not."""
        self._call("expire_access_tokens")

    def age_grants(self, days: float) -> None:
        """Every consent given so far becomes so many days older; at six months it dies."""
        self._call("age_grants", days=days)

    def rotate(self, on: bool) -> None:  # noqa: FBT001  a switch by name
        """Whether refresh tokens are single-use, with the whole grant dying when one is used twice."""
        self._call("rotate", on=on)

    # Time

    def now(self) -> str:
        """The sandbox's time."""
        moment: str = self._call("now")
        return moment

    def set_now(self, moment: datetime | str) -> None:
        """Stop the clock at a moment."""
        self._call("set_now", moment=_iso(moment))

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._call("advance", seconds=seconds)

    # The truth

    def songs(self, *, deep_cuts: bool = False) -> list[Json]:
        """The songs that people play, or all 8,800, with hidden mood, point, features and who knows them."""
        rows: list[Json] = self._call("songs", deep_cuts=deep_cuts)
        return rows

    def plays(self, listener: str, *, skips: bool = False) -> list[Json]:
        """What was played until now, oldest first: id, uri, isrc, title, artist, played_at, ms_played,
        occasion.

        Only plays of 30 s or longer, unless `skips`.
        """
        rows: list[Json] = self._call("plays", listener=listener, skips=skips)
        return rows

    def liked(self, listener: str) -> list[Json]:
        """Liked songs, newest first: id, isrc, title, artist, added_at."""
        rows: list[Json] = self._call("liked", listener=listener)
        return rows

    def playlists(self, listener: str) -> list[Json]:
        """Playlists in the listener's library, newest first.

        Each with id, name, description, owner, public, collaborative, snapshot_id, uris, has_cover.
        """
        rows: list[Json] = self._call("playlists", listener=listener)
        return rows

    # What a listener does

    def play(
        self,
        listener: str,
        song_id: str | None = None,
        ended_at: datetime | str | None = None,
        *,
        ms_played: int | None = None,
        lag_s: float = 0.0,
    ) -> Json:
        """A play beside the schedule: of any song if none is named, ending now unless told.

        Spotify lists it `lag_s` later.
        """
        row: Json = self._call(
            "play",
            listener=listener,
            song_id=song_id,
            ended_at=None if ended_at is None else _iso(ended_at),
            ms_played=ms_played,
            lag_s=lag_s,
        )
        return row

    def like(self, listener: str, song_id: str) -> None:
        """The listener likes a song."""
        self._call("like", listener=listener, song_id=song_id)

    def unlike(self, listener: str, song_id: str) -> None:
        """The listener takes a like back."""
        self._call("unlike", listener=listener, song_id=song_id)

    def edit_playlist(
        self,
        playlist_id: str,
        *,
        add: Iterable[str] = (),
        position: int | None = None,
        remove: Iterable[str] = (),
        move: tuple[int, int, int] | None = None,
        rename: str | None = None,
        public: bool | None = None,
        delete: bool = False,
    ) -> Json:
        """Edit a playlist by hand, as its owner in Spotify's own app would, in the order of the arguments.

        `add`, `remove`: track URIs. `move`: start, before, length. Returns the playlist as in `playlists`.
        """
        row: Json = self._call(
            "edit_playlist",
            playlist_id=playlist_id,
            add=list(add),
            position=position,
            remove=list(remove),
            move=None if move is None else list(move),
            rename=rename,
            public=public,
            delete=delete,
        )
        return row

    def privacy_download(self, listener: str, kind: str = "extended") -> bytes:
        """The ZIP that Spotify hands out: kind "extended" or "account"."""
        return b64decode(self._call("privacy_download", listener=listener, kind=kind))


def _listed(scopes: Iterable[str] | None) -> list[str] | None:
    return None if scopes is None else list(scopes)


def _iso(moment: datetime | str) -> str:
    return moment if isinstance(moment, str) else moment.isoformat()
