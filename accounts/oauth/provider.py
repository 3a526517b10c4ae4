"""Spotify as a place to sign in with: which scopes are asked for, and who somebody is there."""

from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from django.http import HttpRequest, HttpResponse

from accounts.oauth.flow import SpotifyFlow


class SpotifyAccount(ProviderAccount):
    """A Spotify account as allauth's own pages show it."""

    def to_str(self) -> str:
        """The name the listener goes by on Spotify, if they have one."""
        return str(self.account.extra_data.get("display_name") or "Spotify")


class SpotifyProvider(OAuth2Provider):
    """Signing in with Spotify."""

    id = "spotify"
    name = "Spotify"
    account_class = SpotifyAccount
    oauth2_adapter_class = SpotifyFlow
    pkce_enabled_default = True

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The id that links a person to their account here; chosen in `flow`."""
        return str(data["uid"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """All that is kept of the profile."""
        return {"id": data["id"], "display_name": data["display_name"]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a user name is made from."""
        return {"name": data["display_name"]}

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """The scopes of our settings; what a visitor puts into the address is ignored."""
        return list(self.get_scope())

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        """No parameter comes from a visitor's address."""
        return dict(self.get_auth_params())

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Who is signed in connects, whatever the form says: nobody becomes a second person by a slip."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        process = AuthProcess.CONNECT if request.user.is_authenticated else AuthProcess.LOGIN
        return {**kwargs, "process": process}

    def ask_for(self, request: HttpRequest, *, scopes: list[str], next_url: str) -> HttpResponse:
        """Send the signed-in listener to Spotify to allow `scopes`, the consent shown in any case."""
        response: HttpResponse = self.redirect(
            request,
            AuthProcess.CONNECT,
            next_url=next_url,
            scope=scopes,
            auth_params={**self.get_auth_params(), "show_dialog": "true"},
        )
        return response


provider_classes = [SpotifyProvider]
