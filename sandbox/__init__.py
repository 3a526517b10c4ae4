"""The outside world, simulated over real HTTP: Spotify and sources of sound and words, made up."""

from sandbox.journal import Request
from sandbox.running import Remote, Sandbox

__all__ = ["Remote", "Request", "Sandbox"]
