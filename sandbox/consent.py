"""The page on which a listener allows the app in: GET and POST /accounts/authorize."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from sandbox.access import ALL_SCOPES
from sandbox.exchange import Answer, Call, Refusal, Route, text_answer
from sandbox.grants import CODE_LIFE, PendingCode
from sandbox.listeners import LISTENERS, Listener
from sandbox.services import Services

_KEPT_FIELDS = (
    "client_id",
    "response_type",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge_method",
    "code_challenge",
)
_COOKIE = "sandbox_listener"
_KNOWN_SCOPES = frozenset({*ALL_SCOPES, "user-library-modify", "user-read-private", "user-read-email"})
_SCOPE_WORDS = {
    "user-read-recently-played": "See what you played recently",
    "user-library-read": "See your liked songs",
    "user-top-read": "See your top artists and songs",
    "playlist-read-private": "See your private playlists",
    "playlist-read-collaborative": "See playlists you work on with others",
    "playlist-modify-private": "Change your private playlists",
    "playlist-modify-public": "Create and change your public playlists",
    "ugc-image-upload": "Put covers on your playlists",
}
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 34rem; margin: 2rem auto; padding: 0 1rem }
.note { border: 2px dashed; border-radius: .75rem; padding: .6rem 1rem; font-size: .9rem }
fieldset { border: 0; padding: 0; margin: 1.5rem 0 }
legend { font-weight: 600; padding: 0; margin-bottom: .5rem }
label { display: flex; gap: .75rem; padding: .6rem .75rem; margin-bottom: .5rem; cursor: pointer }
label { border: 1px solid #8886; border-radius: .6rem }
label:has(:checked) { border-color: currentColor; outline: 1px solid }
small { display: block; opacity: .75 }
button { font: inherit; font-weight: 600; padding: .7rem 1.6rem; border-radius: 2rem; cursor: pointer }
button { border: 1px solid }
.agree { background: #1a6b3c; color: #fff; border-color: #1a6b3c }
"""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Allow access (simulated Spotify)</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>{style}</style>
</head>
<body>
<p class="note"><strong>This is a simulation of Spotify.</strong>
The people and their music are made up; no real account is involved.</p>
<h1>Who is signing in?</h1>
<form method="post" action="/accounts/authorize">
{hidden}
<fieldset><legend>Listener</legend>{choices}</fieldset>
<h2>The app would like to</h2>
<ul>{scopes}</ul>
<p><button class="agree" name="answer" value="agree">Agree</button>
<button name="answer" value="cancel">Cancel</button></p>
</form>
</body>
</html>"""


def ask(call: Call) -> Answer:
    """The page itself, or a plain error: nobody is redirected to an address that was not accepted."""
    wanted = _checked(call, call.query)
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(wanted[name])}">'
        for name in _KEPT_FIELDS
        if name in wanted
    )
    signed_in = _signed_in(call)
    choices = "".join(_choice(listener, checked=listener.id == signed_in) for listener in LISTENERS.values())
    scopes = "".join(
        f"<li>{escape(_SCOPE_WORDS.get(scope, scope))}</li>" for scope in wanted.get("scope", "").split()
    )
    page = _PAGE.format(
        style=_STYLE, hidden=hidden, choices=choices, scopes=scopes or "<li>See your name and picture</li>"
    )
    return _locked(text_answer(page, content_type="text/html; charset=utf-8"), wanted["redirect_uri"])


def _signed_in(call: Call) -> str:
    """Who agreed last in this browser, as the real service remembers; at first the first listener."""
    cookies = SimpleCookie(call.headers.get("cookie", ""))
    remembered = cookies[_COOKIE].value if _COOKIE in cookies else ""
    return remembered if remembered in LISTENERS else next(iter(LISTENERS))


def _choice(listener: Listener, *, checked: bool) -> str:
    return (
        f'<label><input type="radio" name="listener" value="{listener.id}"{" checked" if checked else ""}>'
        f"<span>{escape(listener.display_name)}<small>{escape(listener.line)}</small></span></label>"
    )


def _locked(page: Answer, redirect_uri: str) -> Answer:
    target = urlsplit(redirect_uri)
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
        f"form-action 'self' {target.scheme}://{target.netloc}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(page.status, page.body, page.content_type, headers)


def answer(call: Call) -> Answer:
    """The listener's choice: back to the app with a code, or with access_denied."""
    wanted = _checked(call, call.form)
    if call.form.get("answer") != "agree":
        return _back(wanted, error="access_denied")
    if call.form.get("listener") not in LISTENERS:
        raise _malformed("Unknown listener")
    listener = call.form["listener"]
    back = _back(wanted, code=add_pending_code(call.services, listener, wanted=wanted))
    cookie = f"{_COOKIE}={listener}; Path=/accounts/authorize; HttpOnly; SameSite=Lax"
    return replace(back, headers={**back.headers, "Set-Cookie": cookie})


def add_pending_code(services: Services, listener: str, *, wanted: dict[str, str]) -> str:
    """A code for what was asked, granted to the listener's app."""
    pending = PendingCode(
        listener=listener,
        client_id=wanted["client_id"],
        redirect_uri=wanted["redirect_uri"],
        scopes=tuple(scope for scope in wanted.get("scope", "").split() if scope in _KNOWN_SCOPES),
        challenge=wanted.get("code_challenge"),
        expires_at=services.clock.now() + CODE_LIFE,
    )
    return services.grants.add_code(pending)


def _back(wanted: dict[str, str], **result: str) -> Answer:
    if "state" in wanted:
        result["state"] = wanted["state"]
    joint = "&" if urlsplit(wanted["redirect_uri"]).query else "?"
    return Answer(
        303,
        headers={
            "Location": f"{wanted['redirect_uri']}{joint}{urlencode(result)}",
            "Cache-Control": "no-store",
        },
    )


def _checked(call: Call, wanted: dict[str, str]) -> dict[str, str]:
    options = call.services.options
    if not wanted.get("client_id") or options.client_id not in (None, wanted["client_id"]):
        raise _malformed("INVALID_CLIENT: Invalid client")
    if not _is_allowed_redirect(wanted.get("redirect_uri", ""), options.redirect_uris):
        raise _malformed("INVALID_CLIENT: Invalid redirect URI")
    if wanted.get("response_type") != "code":
        raise _malformed("response_type must be code")
    if wanted.get("code_challenge_method", "S256") != "S256":
        raise _malformed("code_challenge_method must be S256")
    return wanted


def _is_allowed_redirect(redirect_uri: str, registered: tuple[str, ...]) -> bool:
    """HTTPS anywhere, plain HTTP on loopback literals only, and never `localhost`."""
    if registered:
        return redirect_uri in registered
    target = urlsplit(redirect_uri)
    loopback = target.hostname in ("127.0.0.1", "::1")
    return bool(target.netloc) and target.hostname != "localhost" and (target.scheme == "https" or loopback)


def _malformed(message: str) -> Refusal:
    return Refusal(text_answer(message, 400))


_PATH = re.compile("/accounts/authorize")
ROUTES = (Route("GET", _PATH, "authorize", ask), Route("POST", _PATH, "authorize", answer))
