"""Sign API requests in by personal token."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken, User
from accounts.services.tokens import token_of

KEYWORD = b"bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; never a token in the URL."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's listener, or None where the header names another way to sign in.

        Raises AuthenticationFailed for a token that is malformed, unknown, expired or revoked.
        """
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD:
            return None
        address = str(BaseThrottle().get_ident(request))
        token = token_of(_secret(parts), now=timezone.now(), address=address)
        if token is None:
            raise AuthenticationFailed(_("This token is not known, has expired or was revoked."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 tells the client to send."""
        return 'Bearer realm="api"'


def _secret(parts: list[bytes]) -> str:
    if len(parts) != 2:
        raise AuthenticationFailed(_("Send one token: Authorization: Bearer <token>."))
    try:
        return parts[1].decode("ascii")
    except UnicodeDecodeError as error:
        raise AuthenticationFailed(_("A token has plain letters and digits only.")) from error
