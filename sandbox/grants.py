"""What listeners have allowed: codes and tokens, the tokens signed so that none need be stored."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sandbox.clock import Clock
from sandbox.listeners import LISTENERS

ACCESS_TOKEN_LIFE = timedelta(hours=1)
REFRESH_TOKEN_LIFE = timedelta(days=182)
CODE_LIFE = timedelta(minutes=10)


class GrantError(Exception):
    """A request for tokens that is refused: `code` and `description` as OAuth names them."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code)
        self.code, self.description = code, description


@dataclass(frozen=True, slots=True)
class Grant:
    """What one consent allowed.

    `authorized_at` is in Unix seconds; `aged_days`, `epoch` are the counters of `Grants` at the time.
    """

    id: str
    listener: str
    client_id: str
    scopes: tuple[str, ...]
    authorized_at: float
    aged_days: float
    epoch: int
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class PendingCode:
    """An authorization code that waits to be exchanged."""

    listener: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    expires_at: datetime


class Grants:
    """Gives out and checks codes and tokens. Tokens survive a restart with the same seed."""

    def __init__(self, seed: int, clock: Clock, *, rotating: bool = False) -> None:
        self._key, self._clock, self.rotating = f"sandbox {seed}".encode(), clock, rotating
        self._codes: dict[str, PendingCode] = {}
        self._epochs = dict.fromkeys(LISTENERS, 0)
        self._aged_days = 0.0
        self._generation = 0
        self._rotations: dict[str, int] = {}
        self._dead_grants: set[str] = set()

    # Codes

    def add_code(self, pending: PendingCode) -> str:
        """A new single-use code."""
        code = "AQ" + secrets.token_urlsafe(48)
        self._codes[code] = pending
        return code

    def exchange_code(self, code: str, *, client_id: str, redirect_uri: str, verifier: str | None) -> Grant:
        """The grant a code stands for; the code is used up whatever comes of it."""
        pending = self._codes.pop(code, None)
        if pending is None:
            raise GrantError("invalid_grant", "Invalid authorization code")
        if pending.expires_at < self._clock.now():
            raise GrantError("invalid_grant", "Authorization code expired")
        if pending.client_id != client_id:
            raise GrantError("invalid_grant", "Invalid authorization code")
        if pending.redirect_uri != redirect_uri:
            raise GrantError("invalid_grant", "Invalid redirect URI")
        if pending.challenge is not None and pending.challenge != s256(verifier or ""):
            raise GrantError("invalid_grant", "code_verifier was incorrect")
        return self.give(pending.listener, client_id=client_id, scopes=pending.scopes)

    def give(self, listener: str, *, client_id: str, scopes: tuple[str, ...]) -> Grant:
        """A fresh grant, as if the listener had just agreed."""
        authorized_at = self._clock.now().timestamp()
        epoch = self._epochs[listener]
        return Grant(secrets.token_hex(8), listener, client_id, scopes, authorized_at, self._aged_days, epoch)

    # Tokens

    def access_token(self, grant: Grant) -> str:
        """A token for API calls, good for one hour."""
        expires_at = (self._clock.now() + ACCESS_TOKEN_LIFE).timestamp()
        return "BQ" + self._sign({**asdict(grant), "exp": expires_at, "gen": self._generation})

    def refresh_token(self, grant: Grant) -> str:
        """The token that buys new access tokens."""
        return "AQ" + self._sign(asdict(grant))

    def refresh(self, token: str, *, client_id: str) -> Grant:
        """The grant of a refresh token; with rotation on, its next turn, and the token is used up."""
        grant = self._refreshable(token, client_id=client_id)
        if not self.rotating:
            return grant
        turned = replace(grant, rotation=grant.rotation + 1)
        self._rotations[grant.id] = turned.rotation
        return turned

    def _refreshable(self, token: str, *, client_id: str) -> Grant:
        claims = self._claims(token, prefix="AQ")
        if claims is None:
            raise GrantError("invalid_grant", "Invalid refresh token")
        grant = _grant(claims)
        if grant.client_id != client_id:
            raise GrantError("invalid_grant", "Invalid refresh token")
        if self._is_revoked(grant):
            raise GrantError("invalid_grant", "Refresh token revoked")
        if self._age(grant) > REFRESH_TOKEN_LIFE:
            raise GrantError("invalid_grant", "Refresh token expired")
        if grant.rotation < self._rotations.get(grant.id, 0):
            self._dead_grants.add(grant.id)
            raise GrantError("invalid_grant", "Refresh token revoked")
        return grant

    def bearer(self, token: str) -> Grant | None:
        """The grant behind an access token, or None where the token is expired, revoked or none of ours."""
        claims = self._claims(token, prefix="BQ")
        if (
            claims is None
            or claims["gen"] < self._generation
            or claims["exp"] < self._clock.now().timestamp()
        ):
            return None
        grant = _grant(claims)
        return None if self._is_revoked(grant) else grant

    def owns(self, text: str) -> bool:
        """Whether a text is one of our codes or tokens, alive or dead."""
        return text in self._codes or any(self._claims(text, prefix=prefix) for prefix in ("AQ", "BQ"))

    # What tests do to grants

    def revoke(self, listener: str) -> None:
        """As if the listener had removed the app from their account."""
        self._epochs[listener] += 1

    def expire_access_tokens(self) -> None:
        """Every access token given out so far stops working."""
        self._generation += 1

    def age(self, days: float) -> None:
        """Every grant given so far becomes older."""
        self._aged_days += days

    # What outlives a restart

    @property
    def counters(self) -> dict[str, Any]:
        """All that decides whether a token is alive, as plain JSON."""
        return {
            "epochs": self._epochs,
            "aged_days": self._aged_days,
            "generation": self._generation,
            "rotations": self._rotations,
            "dead_grants": sorted(self._dead_grants),
        }

    def restore(self, counters: dict[str, Any]) -> None:
        """Take up counters that were saved."""
        self._epochs.update(counters["epochs"])
        self._aged_days, self._generation = counters["aged_days"], counters["generation"]
        self._rotations.update(counters["rotations"])
        self._dead_grants.update(counters["dead_grants"])

    def _is_revoked(self, grant: Grant) -> bool:
        return grant.epoch < self._epochs[grant.listener] or grant.id in self._dead_grants

    def _age(self, grant: Grant) -> timedelta:
        seconds = self._clock.now().timestamp() - grant.authorized_at
        return timedelta(seconds=seconds, days=self._aged_days - grant.aged_days)

    def _sign(self, claims: dict[str, object]) -> str:
        payload = urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")
        return f"{payload}.{self._signature(payload)}"

    def _signature(self, payload: str) -> str:
        return hmac.new(self._key, payload.encode(), sha256).hexdigest()[:32]

    def _claims(self, token: str, *, prefix: str) -> dict[str, Any] | None:
        payload, dot, signature = token.removeprefix(prefix).partition(".")
        if (
            not token.startswith(prefix)
            or not dot
            or not hmac.compare_digest(signature, self._signature(payload))
        ):
            return None
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims if ("exp" in claims) == (prefix == "BQ") else None


def _grant(claims: dict[str, Any]) -> Grant:
    values = {name: claims[name] for name in Grant.__dataclass_fields__}
    return Grant(**{**values, "scopes": tuple(values["scopes"])})


def s256(verifier: str) -> str:
    """The PKCE challenge of a verifier, RFC 7636 section 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
