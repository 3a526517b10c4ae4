"""`python -m sandbox --port N`: the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import signal
from contextlib import suppress
from pathlib import Path

from sandbox.running import Sandbox


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Spotify and friends, simulated.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--seed", type=int, default=7, help="which world to make up")
    parser.add_argument("--now", help="stop the clock at an ISO 8601 moment; otherwise it is the real time")
    parser.add_argument("--rotate-refresh-tokens", action="store_true", help="every refresh token works once")
    parser.add_argument("--latency-ms", type=int, default=0, help="wait before every answer")
    parser.add_argument("--client-id", help="the only client id to accept; otherwise any")
    parser.add_argument(
        "--redirect-uri", action="append", default=[], help="accept only these; may be repeated"
    )
    parser.add_argument("--requests-per-30-s", type=int, help="rate limit of the Web API; otherwise none")
    parser.add_argument(
        "--spaced-musicbrainz", action="store_true", help="503 to more than one request a second"
    )
    parser.add_argument("--lag-s", type=float, default=0.0, help="how long until a play is listed")
    parser.add_argument("--state", type=Path, help="a file that keeps what was changed over a restart")
    return parser


def main() -> None:
    """Serve until interrupted."""
    options = vars(_parser().parse_args())
    options["redirect_uris"] = tuple(options.pop("redirect_uri"))
    sandbox = Sandbox(**options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print(f"sandbox ready on {sandbox.url}", flush=True)
    with suppress(KeyboardInterrupt):
        sandbox.serve()


main()
