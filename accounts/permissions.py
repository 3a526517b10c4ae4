"""Who may use the API for what."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from accounts.models import ApiToken
from accounts.services.tokens import READ, WRITE

if TYPE_CHECKING:  # The framework loads this module while it loads its views.
    from rest_framework.views import APIView


class IsListenerWithScope(IsAuthenticated):
    """A signed-in person; with a token, one whose scopes cover the method.

    Safe methods need `read`, all others `write`; a browser session may do both.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether this request may go on."""
        if not super().has_permission(request, view):
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        needed = READ if request.method in SAFE_METHODS else WRITE
        return needed in request.auth.scopes
