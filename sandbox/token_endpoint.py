"""POST /accounts/api/token: codes for tokens, and refresh tokens for new access tokens."""

from __future__ import annotations

import re
from base64 import b64decode

from sandbox.exchange import Answer, Call, Json, Route, json_answer
from sandbox.grants import ACCESS_TOKEN_LIFE, Grant, GrantError, Grants

WRONG_SECRET = "bad"  # noqa: S105  the one secret the sandbox refuses


def token(call: Call) -> Answer:
    """Answers in OAuth's own error shape, where `error` is a word."""
    try:
        return json_answer(_tokens(call))
    except GrantError as error:
        return json_answer({"error": error.code, "error_description": error.description}, 400)


def _tokens(call: Call) -> Json:
    client_id, grants, form = _client(call), call.services.grants, call.form
    if form.get("grant_type") == "authorization_code":
        grant = grants.exchange_code(
            _required(form, "code"),
            client_id=client_id,
            redirect_uri=_required(form, "redirect_uri"),
            verifier=form.get("code_verifier"),
        )
        return token_json(grants, grant, with_refresh_token=True)
    if form.get("grant_type") == "refresh_token":
        grant = grants.refresh(_required(form, "refresh_token"), client_id=client_id)
        return token_json(grants, grant, with_refresh_token=grants.rotating)
    raise GrantError("unsupported_grant_type", "grant_type parameter is missing or unknown")


def token_json(grants: Grants, grant: Grant, *, with_refresh_token: bool) -> Json:
    """The answer of the token endpoint for a grant."""
    answer = {
        "access_token": grants.access_token(grant),
        "token_type": "Bearer",
        "scope": " ".join(grant.scopes),
        "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
    }
    if with_refresh_token:
        answer["refresh_token"] = grants.refresh_token(grant)
    return answer


def _required(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise GrantError("invalid_request", f"{name} must be supplied")
    return form[name]


def _client(call: Call) -> str:
    client_id, secret = _credentials(call)
    if not client_id or secret == WRONG_SECRET or call.services.options.client_id not in (None, client_id):
        raise GrantError("invalid_client", "Invalid client")
    return client_id


def _credentials(call: Call) -> tuple[str, str]:
    """Id and secret from the Basic header or from the body; a public client has no secret."""
    scheme, _, encoded = call.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return call.form.get("client_id", ""), call.form.get("client_secret", "")
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise GrantError("invalid_client", "Invalid client") from error
    return client_id, secret


ROUTES = (Route("POST", re.compile("/accounts/api/token"), "token", token),)
