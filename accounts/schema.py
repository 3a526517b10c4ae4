"""How the OpenAPI document describes signing in by token."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes it."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token that the listener makes on the settings page."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "moodsite_…",
            "description": "A personal token, made under Settings. It may be for reading, writing or both.",
        }
