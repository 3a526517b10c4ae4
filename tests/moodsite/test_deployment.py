"""What deployments are told agrees: Procfile, app.json, Dockerfile, compose.yaml."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parents[2]
PROCFILE = parse_procfile((ROOT / "Procfile").read_text()).processes
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
IGNORED = (ROOT / ".dockerignore").read_text().split()
SETTINGS = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def dockerfile() -> list[tuple[str, str]]:
    """Instructions and what they are given, continued lines joined, comments gone."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def given_to(instruction: str) -> list[str]:
    return [given for word, given in dockerfile() if word == instruction]


def environment_and_words(command: str) -> tuple[dict[str, str], list[str]]:
    """`A=1 program word` as what is set and what is started."""
    words = shlex.split(command)
    assigned = [word for word in words if re.match(r"[A-Z_]+=", word)]
    return dict(word.split("=", 1) for word in assigned), words[len(assigned) :]


@pytest.mark.parametrize("name", sorted(PROCFILE))
def test_compose_starts_what_the_procfile_starts(name):
    service = COMPOSE["services"][name]
    assigned, words = environment_and_words(PROCFILE[name])

    assert service["command"] == words
    assert assigned.items() <= service["environment"].items()


def test_image_starts_the_web_process_when_told_nothing():
    _, words = environment_and_words(PROCFILE["web"])

    assert json.loads(given_to("CMD")[-1]) == words


def test_image_has_the_python_that_is_asked_for():
    version = (ROOT / ".python-version").read_text().strip()

    assert {given.split()[0] for given in given_to("FROM")} == {f"python:{version}-slim-bookworm"}


def test_image_runs_as_nobody_special_and_installs_what_is_locked():
    words = [word for word, _ in dockerfile()]

    assert given_to("USER") == ["moodsite"]
    assert max(place for place, word in enumerate(words) if word == "RUN") < words.index("USER")
    assert [run for run in given_to("RUN") if "pip install" in run and "--require-hashes" not in run] == []


def test_image_copies_files_that_exist_and_are_not_left_out():
    sources = [given.split()[0] for given in given_to("COPY") if not given.startswith("--from")]

    assert sources == ["requirements.txt", "."]
    assert all((ROOT / source).exists() and source not in IGNORED for source in sources)
    needed = {"manage.py", "gunicorn.conf.py", "static", "templates", "locale", "moodsite", "sandbox"}
    assert needed & set(IGNORED) == set()


@pytest.mark.parametrize("secret", [".env", ".git", "var"])
def test_image_holds_no_secret(secret):
    assert secret in IGNORED


def test_compose_lets_only_this_machine_reach_the_web_process():
    published = {
        name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service
    }

    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_compose_sets_only_settings_that_exist():
    own = [service for service in COMPOSE["services"].values() if service.get("image") == "moodsite"]
    names = {name for service in own for name in service["environment"]}

    assert names - SETTINGS == {"REMAP_SIGTERM"}
    assert {service["build"] for service in own} == {"."}


def test_compose_gives_every_process_as_long_to_end_as_heroku_does():
    own = [service for service in COMPOSE["services"].values() if service.get("image") == "moodsite"]

    assert {(service["stop_grace_period"], service["mem_limit"]) for service in own} == {("30s", "512m")}


def test_app_json_asks_for_a_dyno_of_each_process_and_for_what_they_need():
    app = json.loads((ROOT / "app.json").read_text())

    assert set(app["formation"]) | {"release"} == set(PROCFILE)
    assert [addon.split(":")[0] for addon in app["addons"]] == ["heroku-postgresql", "heroku-redis"]
    without_value = {name for name, asked in app["env"].items() if not {"value", "generator"} & set(asked)}
    assert {name for name in without_value if app["env"][name].get("required", True)} == {
        "ALLOWED_HOSTS",
        "TOKEN_KEYS",
    }


def test_operations_page_names_only_what_there_is():
    page = (ROOT / "docs" / "operations.md").read_text()
    figures = set(re.findall(r"moodsite_(?:\w+)", page))
    told = set(re.findall(r'"(moodsite_\w+)"', (ROOT / "moodsite" / "metrics.py").read_text()))
    paths = set(re.findall(r"`((?:tests|bench|docs)/[\w/.]+)`", page))

    assert figures - told == set()
    assert [path for path in paths if not (ROOT / path).exists() and path != "docs/figures.md"] == []
