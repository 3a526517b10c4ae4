"""Stored secrets: encrypted, bound to their listener, and carried over to a new key."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection as database
from django.db.models import TextField
from django.db.models.functions import Cast

from accounts.fields import Unreadable, bind, cipher
from accounts.models import Connection, User, Webhook
from accounts.services import keys, refreshing
from accounts.services.keys import Rotation, rotate_token_keys
from spotify.errors import ReconnectNeeded
from tests.accounts.conftest import connected

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


# --- Keys ----------------------------------------------------------------------------------------


def with_new_key(settings) -> str:
    old = settings.TOKEN_KEYS
    settings.TOKEN_KEYS = [Fernet.generate_key().decode(), *old]
    return settings.TOKEN_KEYS[0]


def test_rotation_makes_the_old_key_needless(alice, bob, sandbox, settings):
    before = connected(alice, sandbox)
    connected(bob, sandbox, "sam")
    new_key = with_new_key(settings)

    report = rotate_token_keys(now=NOW)

    settings.TOKEN_KEYS = [new_key]
    after = Connection.objects.get(user=alice)
    assert report == Rotation(rotated=2)
    assert (after.access_token, after.refresh_token) == (before.access_token, before.refresh_token)
    assert after.token_version == before.token_version


def test_rotation_leaves_alone_what_is_current_empty_or_unreadable(alice, bob, sandbox, settings):
    connected(alice, sandbox)
    connected(bob, sandbox, "sam")
    Connection.objects.filter(user=alice).update(access_token="", refresh_token="")
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    assert rotate_token_keys(now=NOW) == Rotation(current=1, unreadable=1)


def test_rotation_a_second_time_finds_nothing_to_do(alice, sandbox, settings):
    connected(alice, sandbox)
    with_new_key(settings)
    rotate_token_keys(now=NOW)

    assert rotate_token_keys(now=NOW) == Rotation(current=1)


def test_rotation_command_prints_one_json_report(alice, sandbox, settings, capsys):
    connected(alice, sandbox)
    with_new_key(settings)

    call_command("rotate_token_keys")

    assert capsys.readouterr().out.strip() == (
        '{"rotated": 1, "current": 0, "changed_meanwhile": 0, "unreadable": 0}'
    )


def test_ciphertext_in_the_database_holds_no_token(alice, sandbox):
    stored = connected(alice, sandbox)
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM accounts_connection")
        row = cursor.fetchone()

    assert [cell[:6] for cell in row] == ["gAAAAA", "gAAAAA"]
    assert str(stored.access_token) not in str(row)


def test_rotation_gives_way_to_a_refresh_that_comes_between(alice, sandbox, settings):
    connected(alice, sandbox)
    with_new_key(settings)
    stored = Connection.objects.annotate(stored_refresh_token=Cast("refresh_token", TextField()))
    seen = stored.get()
    Connection.objects.update(refresh_token=bind("AQnew", user_id=alice.pk))
    report = Rotation()

    keys._rotate(seen, stored, ["refresh_token"], report)

    assert report == Rotation(changed_meanwhile=1)
    assert str(Connection.objects.get().refresh_token) == "AQnew"


def test_rotation_takes_secrets_of_webhooks_along(alice, settings):
    hook = Webhook.objects.create(user=alice, url="https://hook.example.org", secret="moodsite_hook_x")
    new_key = with_new_key(settings)

    assert rotate_token_keys(now=NOW) == Rotation(rotated=1)

    settings.TOKEN_KEYS = [new_key]
    hook.refresh_from_db()
    assert str(hook.secret) == "moodsite_hook_x"


# --- Whose secret --------------------------------------------------------------------------------


def stored_plain(text: str) -> None:
    """Give every grant `text` as it was stored before secrets were bound to their listener."""
    encrypted = cipher().encrypt(text.encode()).decode()
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_connection SET refresh_token = %s, access_token = %s", [encrypted] * 2
        )


def test_token_moved_to_another_listener_opens_nothing(alice, bob, sandbox):
    connected(alice, sandbox)
    connected(bob, sandbox, "sam")
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_connection SET refresh_token ="
            " (SELECT refresh_token FROM accounts_connection WHERE user_id = %s)",
            [bob.pk],
        )

    grant = Connection.objects.get(user=alice)
    assert (type(grant.refresh_token), str(grant.refresh_token)) == (Unreadable, "")
    with pytest.raises(ReconnectNeeded):
        refreshing.fresh_access(alice.pk, now=datetime.now(UTC))
    assert [request.kind for request in sandbox.journal()] == []
    assert Connection.objects.get(user=alice).broken_why == "unreadable"


def test_secret_of_a_webhook_moved_to_another_listener_opens_nothing(alice, bob):
    hook = Webhook.objects.create(user=alice, url="https://hook.example.org", secret="moodsite_hook_x")

    Webhook.objects.update(user=bob)

    hook = Webhook.objects.get()
    assert (type(hook.secret), str(hook.secret)) == (Unreadable, "")


def test_token_from_before_they_were_bound_is_taken_until_the_rotation_binds_it(alice, sandbox):
    connected(alice, sandbox)
    stored_plain("AQold")
    assert str(Connection.objects.get().refresh_token) == "AQold"

    assert [rotate_token_keys(now=NOW) for _ in range(2)] == [Rotation(rotated=1), Rotation(current=1)]

    assert str(Connection.objects.get().refresh_token) == "AQold"
    Connection.objects.update(user=User.objects.create_user("mallory"))
    assert str(Connection.objects.get().refresh_token) == ""


def test_refresh_binds_what_was_stored_before(alice, sandbox):
    connection = connected(alice, sandbox)
    stored_plain(str(connection.refresh_token))
    at = datetime.now(UTC)

    refreshing.fresh_access(alice.pk, now=at)

    assert rotate_token_keys(now=at) == Rotation(current=1)


def test_saving_a_row_keeps_its_secret(alice, sandbox):
    before = connected(alice, sandbox)

    Connection.objects.get().save()

    after = Connection.objects.get()
    assert (after.access_token, after.refresh_token) == (before.access_token, before.refresh_token)
    assert repr(after.refresh_token) == "Secret(...)"
