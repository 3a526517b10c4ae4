"""Runs every script that measures, and writes docs/figures.md: what, how, how much, beside which floor.

`python -m bench` measures in full and takes about half an hour; `--quick` measures less of everything and
writes nothing unless `--write` says so; names choose scripts. What needs labelled songs is left out unless
`--data DIR` says where they are. It ends with 1 when a figure is missed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures.md"
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""As every process of the product runs; threads that wait for one another count as processor time."""

VERSIONS = ("django", "celery", "numpy", "psycopg", "gunicorn", "djangorestframework")


@dataclass(frozen=True)
class Script:
    """A script of this folder, with what it is told, in full and quick."""

    name: str
    full: Sequence[str] = ()
    quick: Sequence[str] = ("--quick",)
    needs_data: bool = False

    @property
    def purpose(self) -> str:
        """The first line of its docstring."""
        source = (ROOT / "bench" / f"{self.name}.py").read_text()
        return source.removeprefix('"""').split("\n")[0].removesuffix('"""')

    def command(self, *, quick: bool, data: str) -> list[str]:
        """As a person types it, behind `python`."""
        folder = ["--data", data] if self.needs_data else []
        return ["-m", f"bench.{self.name}", *(self.quick if quick else self.full), *folder]


SCRIPTS = (
    Script("web"),
    Script("poller"),
    Script("memory"),
    Script("import_history"),
    Script("import_kills", ["--kills", "20"], ["--kills", "2", "--rows", "20000"]),
    Script("playlists"),
    Script("poll_faults", ["--faults", "2000"], ["--faults", "200"]),
    Script("token_races"),
    Script("fuzz_api", ["--quick"]),
    Script("export"),
    Script("deletion"),
    Script("score_moods", ["100000"], ["10000"]),
    Script("calibration", quick=[], needs_data=True),
    Script("personal_moods", quick=[], needs_data=True),
    Script("capacity"),
    Script("slug"),
)
"""In this order. Ten thousand faults and ten thousand requests take longer than all else together: they are
run by themselves, `python -m bench.poll_faults` and `python -m bench.fuzz_api`."""


@dataclass(frozen=True)
class Ran:
    """How one script went."""

    script: Script
    command: str
    said: str
    status: int
    seconds: float


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these scripts")
    parser.add_argument("--quick", action="store_true", help="measure less of everything")
    parser.add_argument("--write", action="store_true", help="write docs/figures.md also when quick")
    parser.add_argument("--data", metavar="DIR", default="", help="labelled songs: docs/model-card.md")
    options = parser.parse_args()
    chosen = [script for script in SCRIPTS if not options.names or script.name in options.names]
    lacking = [script for script in chosen if script.needs_data and not options.data]
    for script in lacking:
        print(f"{script.name} is left out: it needs --data DIR")
    ran = [_run(script, quick=options.quick, data=options.data) for script in chosen if script not in lacking]
    if options.write or not options.quick:
        FIGURES.write_text(document(ran, previous=FIGURES.read_text() if FIGURES.exists() else ""))
    return int(any(one.status for one in ran))


def _run(script: Script, *, quick: bool, data: str) -> Ran:
    command = script.command(quick=quick, data=data)
    print(f"\n== {script.name}: {script.purpose}", flush=True)
    began = time.monotonic()
    lines = []
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=ONE_THREAD, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    seconds = time.monotonic() - began
    print(f"-- {script.name}: {seconds:.0f} s, status {process.returncode}", flush=True)
    shown = script.command(quick=quick, data="DIR")
    return Ran(script, f"python {' '.join(shown)}", "".join(lines).strip(), process.returncode, seconds)


def document(ran: Sequence[Ran], *, previous: str) -> str:
    """The page; scripts that were not run keep what the page says of them."""
    sections = {**_sections(previous), **{one.script.name: _section(one) for one in ran}}
    known = [sections[script.name] for script in SCRIPTS if script.name in sections]
    return "\n\n".join([_HEAD.strip(), *known]) + "\n"


def _sections(page: str) -> dict[str, str]:
    parts = page.split("\n## ")[1:]
    return {part.split(":", 1)[0]: f"## {part.strip()}" for part in parts}


def _section(one: Ran) -> str:
    verdict = {0: "all reached", 1: "something is missed"}.get(one.status, "it did not run to its end")
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    head = f"## {one.script.name}: {one.script.purpose}"
    line = f"`{one.command}` · {when} · {one.seconds:.0f} s · {verdict}  "
    return "\n\n".join([head, f"{line}\n{_machine()}", _as_markdown(one.said)])


def _as_markdown(said: str) -> str:
    """A table as it is; JSON, an object a line, as a table; anything else as it was printed."""
    if said.startswith("|"):
        return said
    try:
        reports = [json.loads(line) for line in said.splitlines()]
    except json.JSONDecodeError:
        return f"```\n{said}\n```"
    columns = list(dict.fromkeys(name for report in reports for name in report))
    rows = [[str(report.get(name, "")) for name in columns] for report in reports]
    return "\n".join(f"| {' | '.join(row)} |" for row in [columns, ["---"] * len(columns), *rows])


def _machine() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {_memory_gb():.0f} GB, load {load:.1f} at the end · "
        f"Python {platform.python_version()}, {versions}"
    )


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


_HEAD = """
# Figures

Written by `python -m bench` (`make bench`), never by hand. Each table says what was measured, by which
command, when, and on what; the floor is the least that could do the same, measured in the same run on the
same machine, so the ratio says more than the figure. A figure that misses what it has to reach says so.
"""

if __name__ == "__main__":
    sys.exit(main())
