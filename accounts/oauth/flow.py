"""The OAuth exchange with Spotify: code for tokens, tokens for a person."""

from datetime import datetime, timedelta
from typing import Any

import requests
from allauth.socialaccount.models import SocialAccount, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from requests.auth import HTTPBasicAuth

from accounts.oauth.failures import Failure, SignInFailed, failure_of
from accounts.services import Grant
from spotify.client import SpotifyClient
from spotify.errors import SpotifyError
from spotify.exchange import ExchangeFailed, Limits, Reply, exchange
from spotify.types import Profile

PROVIDER = "spotify"
_LIMITS = Limits(connect_s=5, total_s=10, body_bytes=64 * 1024)
_DOCUMENTED_LIFE_S = 3600
_OUR_FAULT = {"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}


class CodeExchange(OAuth2Client):
    """Trades the code: Basic auth, no redirect followed, an answer that is read with care."""

    def get_access_token(
        self, code: str, pkce_code_verifier: str | None = None, extra_data: Any = None
    ) -> dict[str, Any]:
        """The token endpoint's answer. Raises SignInFailed; no message holds a code or a token."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback_url,
            "code_verifier": pkce_code_verifier or "",
        }
        request = requests.Request(
            "POST",
            self.access_token_url,
            data=form,
            auth=HTTPBasicAuth(self.consumer_key, self.consumer_secret),
        )
        try:
            reply = exchange(request, limits=_LIMITS)
        except ExchangeFailed as failure:
            raise SignInFailed(Failure.SPOTIFY_DOWN) from failure
        return _tokens_of(reply)


class SpotifyFlow(OAuth2Adapter):
    """Our side of the exchange, for one request; `grant` and `sociallogin` are what it brought."""

    provider_id = PROVIDER
    client_class = CodeExchange
    basic_auth = True
    grant: Grant | None = None
    sociallogin: SocialLogin | None = None

    @property
    def authorize_url(self) -> str:
        """Where a listener consents."""
        return f"{settings.SPOTIFY_ACCOUNTS_URL}/authorize"

    @property
    def access_token_url(self) -> str:
        """Where a code becomes tokens."""
        return f"{settings.SPOTIFY_ACCOUNTS_URL}/api/token"

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Registered with Spotify to the letter, so never built from the request's host."""
        return f"{settings.SITE_URL}{reverse('spotify_callback')}"

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """An empty token: the real ones go into the grant and nowhere else."""
        return SocialToken()

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who the tokens belong to. Raises SignInFailed."""
        answer: dict[str, Any] = kwargs["response"]
        profile = _profile(answer["access_token"])
        uid = uid_of(profile)
        self.grant = _grant(answer, profile=profile, uid=uid, now=timezone.now())
        described = {"uid": uid, "id": profile.spotify_id, "display_name": self.grant.display_name}
        self.sociallogin = self.get_provider().sociallogin_from_response(request, described)
        return self.sociallogin


def uid_of(profile: Profile) -> str:
    """The id under which we know, or will know, this listener: one person, one id.

    Spotify says to link by `account_id`. Where an answer lacks it, or somebody was first known by
    their user id, the two are matched, once, rather than making a second person.
    """
    known = SocialAccount.objects.filter(provider=PROVIDER)
    if profile.account_id is None:
        same = known.filter(extra_data__id=profile.spotify_id).order_by("pk").first()
        return same.uid if same else profile.spotify_id
    if not known.filter(uid=profile.account_id).exists():
        known.filter(uid=profile.spotify_id).update(uid=profile.account_id)
    return profile.account_id


def _profile(access_token: str) -> Profile:
    try:
        return SpotifyClient(access_token, api_url=settings.SPOTIFY_API_URL).me()
    except SpotifyError as problem:
        raise SignInFailed(failure_of(problem)) from problem


def _grant(answer: dict[str, Any], *, profile: Profile, uid: str, now: datetime) -> Grant:
    return Grant(
        account_id=uid,
        spotify_user_id=profile.spotify_id,
        display_name=(profile.display_name or "")[:300],
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
        expires_in=timedelta(seconds=answer["expires_in"]),
        scopes=frozenset(answer["scope"].split()),
        authorized_at=now,
    )


def _tokens_of(reply: Reply) -> dict[str, Any]:
    answer = _json_object(reply)
    if reply.status != 200:
        raise SignInFailed(_failure_of_status(reply.status, error=answer.get("error")))
    access_token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(access_token, str) or not access_token or not isinstance(refresh_token, str):
        raise SignInFailed(Failure.SPOTIFY_DOWN)
    scope, expires_in = answer.get("scope"), answer.get("expires_in")
    return {
        "access_token": access_token,
        "refresh_token": refresh_token,
        "scope": scope if isinstance(scope, str) else "",
        "expires_in": expires_in if isinstance(expires_in, int) else _DOCUMENTED_LIFE_S,
    }


def _json_object(reply: Reply) -> dict[str, Any]:
    try:
        answer = reply.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _failure_of_status(status: int, *, error: object) -> Failure:
    if status == 429:
        return Failure.BUSY
    if error in _OUR_FAULT:
        return Failure.MISCONFIGURED
    if error in {"invalid_grant", "invalid_request"}:
        return Failure.STALE
    return Failure.SPOTIFY_DOWN
