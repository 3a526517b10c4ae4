"""What strangers see: the landing page, errors, the style guide."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def ways_in(client: Client) -> list[str]:
    """Where the landing page's start block leads, in its order."""
    page = client.get("/").content.decode()
    start = page[page.index('<div class="start">') : page.index("</section>")]
    return re.findall(r'(?:action|href)="(/accounts/[^"]*)"', start)


def test_landing_offers_spotify_and_a_file_when_both_are_open(client, settings):
    settings.DEMO, settings.SPOTIFY_CLIENT_ID, settings.REGISTRATION_OPEN = False, "an-app", True

    assert ways_in(client) == ["/accounts/spotify/login/", "/accounts/signup/"]


def test_landing_offers_only_a_file_when_the_host_has_no_spotify_app(client, settings):
    settings.DEMO, settings.SPOTIFY_CLIENT_ID, settings.REGISTRATION_OPEN = False, "", True

    assert ways_in(client) == ["/accounts/signup/"]


def test_landing_offers_signing_in_when_nothing_else_is_open(client, settings):
    settings.DEMO, settings.SPOTIFY_CLIENT_ID, settings.REGISTRATION_OPEN = False, "", False

    assert ways_in(client) == ["/accounts/login/"]


def test_landing_offers_the_demo_when_it_runs(client, settings):
    settings.DEMO, settings.REGISTRATION_OPEN = True, False

    page = client.get("/").content.decode()

    assert re.findall(r"<span>(Try the demo|Continue with Spotify)</span>", page) == [
        "Try the demo",
        "Continue with Spotify",
    ]


def test_landing_costs_no_query_when_a_stranger_opens_it(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")


def test_language_changes_when_a_stranger_chooses_one(client):
    client.post("/i18n/setlang/", {"language": "de", "next": "/"})

    assert re.findall(r'<html lang="(\w+)"', client.get("/").content.decode()) == ["de"]


def test_language_button_leads_back_when_pressed(client):
    answer = client.post("/i18n/setlang/", {"language": "de", "next": "/accounts/login/?next=/home/"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/home/")


def test_style_guide_shows_every_picture_when_debugging(client, settings):
    settings.DEBUG = True

    page = client.get("/styleguide/").content.decode()

    assert re.findall(r'<figure class="chart" id="([\w-]+)"', page) == [
        "timeline", "mood-map", "history", "curve", "clock", "calendar",
    ]  # fmt: skip


def test_style_guide_is_not_there_when_in_production(client):
    assert client.get("/styleguide/").status_code == 404


def test_manifest_names_icons_that_exist_when_a_phone_installs_the_site(client):
    answer = client.get("/manifest.webmanifest")

    icons = [icon["src"].removeprefix(settings.STATIC_URL) for icon in answer.json()["icons"]]
    assert (answer["Content-Type"], [Path(settings.BASE_DIR, "static", icon).exists() for icon in icons]) == (
        "application/manifest+json",
        [True, True],
    )


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        (403, "This is not open to you"),
        (404, "This page is not here"),
        (429, "A little slower, please"),
        (500, "Something broke on our side"),
    ],
)
def test_error_page_stands_alone_when_it_is_rendered_without_a_request(code, heading):
    page = render_to_string(f"{code}.html")

    assert re.findall(r"<h1>(.*)</h1>", page) == [heading]
