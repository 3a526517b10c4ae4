"""Every setting is described in `.env.example` and `app.json`, and a bad one is refused in words."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from moodsite.checks import check_configuration
from moodsite.first_env import first_env, write_first_env

ROOT = Path(__file__).resolve().parent.parent.parent
# Set by the platform or by tests, never by hand.
NOT_FOR_PEOPLE = {"DOTENV"}
# Only `make run` and `make demo` use these; a platform sets PORT itself.
ONLY_LOCAL = {"PORT", "DEMO", "BROKER_DIR", "DISPATCH_SECONDS", "DEBUG"}
GOOD = {
    "DOTENV": os.devnull,
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmnopqrstuvwxyz",
    "TOKEN_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "mood.example.org",
    "SPOTIFY_CLIENT_ID": "id",
    "PATH": os.environ["PATH"],
}


def names_in_settings():
    return set(
        re.findall(r'(?:env\.\w+|flag|choice)\(\s*"(\w+)"', (ROOT / "moodsite/settings.py").read_text())
    )


def names_in_example():
    return set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def check(**changes):
    environment = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_setting_stands_in_the_example():
    assert names_in_settings() - NOT_FOR_PEOPLE == names_in_example()


def test_every_setting_stands_in_app_json():
    described = json.loads((ROOT / "app.json").read_text())["env"]
    # The add-ons set these two.
    added = {"DATABASE_URL", "REDIS_URL"}

    assert set(described) | added == names_in_example() - ONLY_LOCAL
    assert all(variable.get("description") for variable in described.values())


@pytest.mark.processes
def test_a_good_public_configuration_has_no_complaint():
    answer = check()

    assert (answer.returncode, "no issues" in answer.stdout) == (0, True), answer.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": "short"}, "moodsite.E001"),
        ({"ALLOWED_HOSTS": ["*"]}, "moodsite.E002"),
        ({"ALLOWED_HOSTS": [".example.org"]}, "moodsite.E002"),
        ({"DEBUG": True, "IS_PUBLIC": True}, "moodsite.E003"),
        ({"TOKEN_KEYS": []}, "moodsite.E004"),
        ({"TOKEN_KEYS": ["not-a-key"]}, "moodsite.E005"),
        ({"SPOTIFY_CLIENT_ID": ""}, "moodsite.W001"),
    ],
)
def test_a_bad_configuration_is_refused_with_a_hint(settings, changes, complaint):
    for name, value in changes.items():
        setattr(settings, name, value)

    complaints = list(check_configuration(None))

    assert [(found.id, bool(found.hint)) for found in complaints] == [(complaint, True)]


@pytest.mark.processes
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"DEBUG": "perhaps"}, "DEBUG must be True or False"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be line or json"),
    ],
)
def test_nonsense_in_the_environment_is_refused_at_start(changes, words):
    answer = check(**changes)

    assert answer.returncode == 1
    assert words in answer.stderr


@pytest.mark.processes
def test_the_web_process_does_not_start_on_a_bad_configuration():
    answer = subprocess.run(
        [sys.executable, "-c", "import moodsite.wsgi"],
        cwd=ROOT,
        env={**GOOD, "SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "moodsite.E001" in answer.stderr


def test_the_first_env_has_keys_of_its_own_and_is_kept(tmp_path):
    (tmp_path / ".env.example").write_text("# Signs.\nSECRET_KEY=\nTOKEN_KEYS=\nSITE_URL=\nDEBUG=False\n")

    assert write_first_env(tmp_path) is True
    written = (tmp_path / ".env").read_text()
    assert write_first_env(tmp_path) is False

    assert (tmp_path / ".env").read_text() == written
    assert re.fullmatch(
        r"# Signs\.\nSECRET_KEY=[\w-]{64}\nTOKEN_KEYS=[\w-]{43}=\n# SITE_URL=\nDEBUG=False\n", written
    )
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600


def test_two_first_envs_share_no_key():
    example = (ROOT / ".env.example").read_text()

    assert first_env(example) != first_env(example)
