"""Write a first `.env` from `.env.example`, with keys of its own. Never touches one that is there."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent


def first_env(example: str) -> str:
    """`example` with SECRET_KEY and TOKEN_KEYS filled in and empty settings left to their defaults."""
    fresh = {"SECRET_KEY": secrets.token_urlsafe(48), "TOKEN_KEYS": Fernet.generate_key().decode()}
    return "\n".join(_filled(line, fresh) for line in example.splitlines()) + "\n"


def _filled(line: str, fresh: dict[str, str]) -> str:
    name, equals, value = line.partition("=")
    if not equals or line.startswith("#"):
        return line
    if name in fresh:
        return f"{name}={fresh[name]}"
    return line if value or name.startswith("SPOTIFY_CLIENT") else f"# {line}"


def write_first_env(root: Path = ROOT) -> bool:
    """Write `root`/.env, readable by its owner only. False where there is one already."""
    target = root / ".env"
    if target.exists():
        return False
    target.touch(mode=0o600)
    target.write_text(first_env((root / ".env.example").read_text()))
    return True


if __name__ == "__main__":
    if write_first_env():
        print("Wrote .env with fresh keys.")
