"""The token endpoint of Spotify's accounts service: one refresh, read without guessing."""

from datetime import timedelta

import requests
from requests.auth import HTTPBasicAuth

from spotify.errors import AppMisconfigured, ReconnectNeeded, SpotifyUnavailable
from spotify.exchange import ExchangeFailed, Limits, Reply, exchange
from spotify.fields import Fields, Unreadable, fields_of, int_at, text_at
from spotify.reading import whole
from spotify.types import TokenAnswer
from spotify.verdict import raise_for

_DOCUMENTED_LIFE_S = 3600
_FAMILY = "token"
_OUR_FAULT = frozenset(
    {
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


class TokenEndpoint:
    """Spotify's /api/token for one confidential app."""

    def __init__(self, accounts_url: str, *, client_id: str, client_secret: str) -> None:
        self._url = accounts_url.rstrip("/") + "/api/token"
        self._client_id = client_id
        self._client_secret = client_secret

    def __repr__(self) -> str:
        return f"TokenEndpoint({self._url!r})"

    def refresh(self, refresh_token: str) -> TokenAnswer:
        """Trade a refresh token for an access token; never for one grant twice at the same time.

        Raises ReconnectNeeded when the grant is dead, AppMisconfigured when the app's own
        credentials or request are refused, RateLimited and SpotifyUnavailable when the grant may
        well be alive: keep the tokens then.
        """
        reply = self._posted({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if 400 <= reply.status < 500:
            _raise_oauth_error(reply)
        raise_for(reply, family=_FAMILY)
        try:
            answer = reply.json()
        except ValueError as error:
            raise SpotifyUnavailable(f"{_FAMILY}: the answer is not JSON") from error
        return whole(answer, _token_answer)

    def _posted(self, form: dict[str, str]) -> Reply:
        request = requests.Request(
            "POST", self._url, data=form, auth=HTTPBasicAuth(self._client_id, self._client_secret)
        )
        try:
            return exchange(request, limits=Limits())
        except ExchangeFailed as failure:
            raise SpotifyUnavailable(f"{_FAMILY}: {failure}") from failure


def _raise_oauth_error(reply: Reply) -> None:
    """Raise what a 4xx of the endpoint stands for; its `error` is a word, not an object.

    The description beside it varies and is never looked at. A 4xx without a word of OAuth comes
    from something in between, and says nothing about the grant.
    """
    if reply.status == 429:
        return
    error = _oauth_error(reply)
    if error == "invalid_grant":
        raise ReconnectNeeded(f"{_FAMILY}: the grant is revoked or expired")
    if error in _OUR_FAULT:
        raise AppMisconfigured(f"{_FAMILY}: {error}")
    raise SpotifyUnavailable(f"{_FAMILY}: status {reply.status}")


def _oauth_error(reply: Reply) -> str | None:
    try:
        return text_at(fields_of(reply.json()), "error")
    except (ValueError, Unreadable):
        return None


def _token_answer(fields: Fields) -> TokenAnswer:
    access_token = text_at(fields, "access_token")
    if not access_token:
        raise Unreadable("no access token")
    return TokenAnswer(
        access_token=access_token,
        refresh_token=text_at(fields, "refresh_token") or None,
        scopes=frozenset((text_at(fields, "scope") or "").split()),
        expires_in=timedelta(seconds=int_at(fields, "expires_in") or _DOCUMENTED_LIFE_S),
    )
