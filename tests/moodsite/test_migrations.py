"""Models and migrations tell the same."""

from django.core.management import call_command


def test_no_model_has_changed_without_a_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
