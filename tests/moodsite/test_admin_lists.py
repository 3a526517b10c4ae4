"""Every list and every row's page of the admin: quick however many rows, and closed to meddling."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Connection, QuotaFamily, RefreshBreaker, User
from library.models import Album, PollSchedule, TopTrack
from moods.models import ArtistGenres, LyricsSignal, PersonalModel, SourceHealth
from tests.moods.builders import some_features
from tests.security.world import AT, fill

ADDRESSES = {
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/": model
    for model in admin.site._registry
    if model._meta.app_label != "auth"
}
"""Of each list there is."""
CHANGED_BY_HAND = {
    *("/admin/accounts/user/", "/admin/library/artist/", "/admin/library/album/", "/admin/library/track/"),
}
"""People's rights, and names and ids that Spotify or a download got wrong."""


@pytest.fixture
def staff(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", password="x"))
    return client


def fill_all(user: User, word: str) -> None:
    """A row of everything, with what `fill` leaves out: what sources said, and what the site keeps."""
    rows = fill(user, word)
    track, artist = rows["track"], rows["artist"]
    track.album = Album.objects.create(name=word)
    track.save(update_fields=["album"])
    some_features(track)
    LyricsSignal.objects.create(track=track, source="lrclib", status="hit")
    ArtistGenres.objects.create(artist=artist, source="musicbrainz", status="hit")
    SourceHealth.objects.create(source=word)
    PersonalModel.objects.create(user=user)
    TopTrack.objects.create(user=user, track=track, time_range="short_term", rank=1)
    PollSchedule.objects.create(user=user, next_poll_at=AT)
    QuotaFamily.objects.create(family=word)
    RefreshBreaker.objects.create()
    token = {"access_token": "BQx", "refresh_token": "AQx", "access_expires_at": AT, "authorized_at": AT}
    Connection.objects.create(user=user, account_id=word, spotify_user_id=word, **token)


def test_every_list_has_rows_in_these_tests(alice):
    fill_all(alice, "word")

    empty = [model._meta.label for model in ADDRESSES.values() if not model._default_manager.exists()]

    assert empty == []


def test_lists_ask_as_many_questions_for_four_rows_as_for_two(staff, django_assert_max_num_queries):
    def queries(address: str) -> int:
        with django_assert_max_num_queries(60) as counted:
            assert staff.get(address).status_code == 200
        return len(counted)

    fill_all(User.objects.create_user("user0"), "word0")
    fill_all(User.objects.create_user("user1"), "word1")
    staff.get("/admin/")
    for_two = {address: queries(address) for address in ADDRESSES}
    fill_all(User.objects.create_user("user2"), "word2")
    fill_all(User.objects.create_user("user3"), "word3")

    assert {address: queries(address) for address in ADDRESSES} == for_two


def test_every_row_opens_in_few_questions(staff, alice, django_assert_max_num_queries):
    fill_all(alice, "word")
    for address, model in ADDRESSES.items():
        row = model._default_manager.order_by("pk").first()

        with django_assert_max_num_queries(30):
            assert staff.get(f"{address}{row.pk}/change/").status_code == 200


def test_what_happened_is_not_made_changed_or_deleted_by_hand(staff, alice):
    fill_all(alice, "word")
    let_in = []
    for address in ADDRESSES.keys() - CHANGED_BY_HAND:
        row = ADDRESSES[address]._default_manager.order_by("pk").first()
        answers = [
            staff.get(f"{address}add/"),
            staff.post(f"{address}{row.pk}/change/", {}),
            staff.post(f"{address}{row.pk}/delete/", {"post": "yes"}),
        ]
        is_offered = b"delete_selected" in staff.get(address).content
        if [answer.status_code for answer in answers] != [403, 403, 403] or is_offered:
            let_in.append(address)

    assert let_in == []


def test_staff_who_may_only_look_are_offered_no_action(alice, bob):
    fill_all(alice, "word")
    bob.is_staff = True
    bob.save()
    bob.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(bob)

    pages = {address: client.get(address) for address in ADDRESSES}

    assert {page.status_code for page in pages.values()} == {200}
    assert [address for address, page in pages.items() if b'name="action"' in page.content] == []
