"""Who may call a Web API endpoint: token, allow-list and scopes, with the error bodies Spotify uses."""

from __future__ import annotations

from sandbox.exchange import Answer, Call, Endpoint, Refusal, json_answer, text_answer

ALL_SCOPES = (
    "user-read-recently-played",
    "user-library-read",
    "user-top-read",
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-private",
    "playlist-modify-public",
    "ugc-image-upload",
)
_NOT_REGISTERED = "User not registered in the Developer Dashboard"


def api_error(status: int, message: str, *, reason: str | None = None, **headers: str) -> Answer:
    """An error in the shape of the Web API."""
    error: dict[str, object] = {"status": status, "message": message}
    if reason is not None:
        error["reason"] = reason
    return json_answer({"error": error}, status, **headers)


def refuse(status: int, message: str) -> Refusal:
    """The same, to be raised."""
    return Refusal(api_error(status, message))


def _unauthorized(kind: str) -> Refusal:
    challenge = f'Bearer realm="spotify", error="{kind}"'
    message = "Missing/invalid/expired access token"
    return Refusal(api_error(401, message, www_authenticate=challenge))


def authorized(endpoint: Endpoint, *scopes: str) -> Endpoint:
    """The endpoint behind the checks that come first; any one of the scopes is enough."""

    def guarded(call: Call) -> Answer:
        require_registered(call)
        if scopes:
            require_scope(call, *scopes)
        return endpoint(call)

    return guarded


def require_registered(call: Call) -> None:
    """Refuse a request without a live token, and one by a listener who is not allow-listed."""
    if call.grant is None:
        raise _unauthorized("invalid_token" if call.headers.get("Authorization") else "missing_token")
    plain_text = call.services.forbidden.get(call.listener)
    if plain_text is None:
        return
    raise Refusal(text_answer(_NOT_REGISTERED, 403) if plain_text else api_error(403, _NOT_REGISTERED))


def require_scope(call: Call, *scopes: str) -> None:
    """Refuse a request whose grant has none of the scopes."""
    granted = call.grant.scopes if call.grant is not None else ()
    if not set(scopes) & set(granted):
        raise refuse(403, "Insufficient client scope")


def paging(call: Call, *, most: int = 50, default: int = 20, deepest: int = 100_000) -> tuple[int, int]:
    """The limit and offset asked for; out of range is answered with 400."""
    limit = _whole_number(call.query.get("limit", str(default)), "limit")
    offset = _whole_number(call.query.get("offset", "0"), "offset")
    if not 0 <= limit <= most:
        raise refuse(400, "Invalid limit")
    if not 0 <= offset <= deepest:
        raise refuse(400, "Invalid offset")
    return limit, offset


def _whole_number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise refuse(400, f"Invalid {name}") from error
