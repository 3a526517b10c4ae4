"""Every route and method, asked by a stranger, the owner, another listener and staff."""

import pytest
from django.test import Client

from tests.security.addresses import NOTHING, OBJECT, OWN, PUBLIC, STAFF, Route, all_routes
from tests.security.conftest import METHODS, Visitor
from tests.security.world import SECRET, everything_of, values_for

ROUTES = all_routes()
LOGIN = "/accounts/login/"


def of_kind(*kinds: str) -> list[Route]:
    return [route for route in ROUTES if route.kind in kinds]


def nobodys(route: Route, rows) -> str:
    """The address of the same route for a row that nobody has."""
    values = values_for(route.name, rows)
    return route.address(
        **{name: NOTHING.get(type(value), value) for name, value in values.items()} | {"number": 1}
    )


def test_every_route_has_a_class():
    assert [route.pattern for route in ROUTES if route.kind is None] == []


def test_every_object_route_leads_to_a_row_of_its_owner(alice, rows):
    owner = Visitor(alice)
    lost = []
    for route in of_kind(OBJECT):
        address = route.address(**values_for(route.name, rows))
        statuses = {owner.call(method, address).status_code for method in ("get", "post", "delete")}
        if statuses <= {404, 405}:
            lost.append(route.name)

    # What was never deleted cannot be brought back, and what is not ready cannot be fetched.
    assert lost == ["playlist-undelete", "export_download", "api-playlist-bring-back"]


def test_nothing_breaks_for_its_owner(alice, rows):
    owner = Visitor(alice)
    broken = []
    for route in of_kind(PUBLIC, OWN, OBJECT):
        for method in METHODS:
            answer = owner.call(method, route.address(**values_for(route.name, rows)))
            if answer.status_code >= 500:
                broken.append((route.pattern, method, answer.status_code))

    assert broken == []


def test_stranger_gets_nothing_but_the_sign_in(rows):
    stranger = Visitor()
    let_in = []
    for route in of_kind(OWN, OBJECT, STAFF):
        for method in METHODS:
            if route.name == "admin:login":
                continue
            answer = stranger.call(method, route.address(**_staff_values(route, rows)))
            is_sent_to_sign_in = answer.status_code == 302 and "/login/" in answer["Location"]
            if not is_sent_to_sign_in and answer.status_code not in {401, 404, 405}:
                let_in.append((route.pattern, method, answer.status_code))

    assert let_in == []


@pytest.mark.parametrize("who", ["bob", "boss"])
def test_row_of_somebody_else_is_as_one_that_is_not_there(alice, bob, boss, rows, who):
    before = everything_of(alice)
    other = Visitor({"bob": bob, "boss": boss}[who])
    told = []
    for route in of_kind(OBJECT):
        for method in METHODS:
            foreign = other.call(method, route.address(**values_for(route.name, rows)))
            nothing = other.call(method, nobodys(route, rows))
            is_same = foreign.status_code == nothing.status_code
            if not is_same or foreign.status_code not in {404, 405}:
                told.append((route.pattern, method, foreign.status_code, nothing.status_code))
            if SECRET.encode() in foreign.body:
                told.append((route.pattern, method, "shows it"))

    assert told == []
    assert everything_of(alice) == before


def test_lists_and_pages_show_nothing_of_somebody_else(alice, bob, rows):
    before = everything_of(alice)
    other = Visitor(bob)
    shown = []
    for route in of_kind(PUBLIC, OWN):
        for method in METHODS:
            answer = other.call(method, route.address(**values_for(route.name, rows)))
            if SECRET.encode() in answer.body:
                shown.append((route.pattern, method))

    assert shown == []
    assert everything_of(alice) == before


def test_listener_does_not_get_into_the_admin(alice, rows):
    listener = Visitor(alice)
    let_in = []
    for route in of_kind(STAFF):
        if route.name in {"admin:login", "admin:logout"}:
            continue
        answer = listener.call("get", route.address(**_staff_values(route, rows)))
        if answer.status_code not in {302, 403, 404} or "/login/" not in answer.get("Location", "/login/"):
            let_in.append((route.pattern, answer.status_code))

    assert let_in == []


def test_staff_sees_every_admin_page(boss, rows):
    staff = Visitor(boss)
    broken = []
    for route in of_kind(STAFF):
        answer = staff.call("get", route.address(**_staff_values(route, rows)))
        if answer.status_code >= 500:
            broken.append((route.pattern, answer.status_code))

    assert broken == []


def test_looking_changes_nothing(alice, rows, client):
    client.force_login(alice)
    client.get("/home/")
    alice.refresh_from_db()
    before = everything_of(alice)
    for route in of_kind(PUBLIC, OWN, OBJECT):
        if route.name != "account_logout":
            client.get(route.address(**values_for(route.name, rows)))

    assert everything_of(alice) == before


def test_nothing_is_written_without_a_csrf_token(alice, rows):
    before = everything_of(alice)
    taken = []
    for route in of_kind(OWN, OBJECT):
        address = route.address(**values_for(route.name, rows))
        answer = _without_token(alice, address)
        if answer.status_code not in {403, 405, 413}:
            taken.append((route.pattern, answer.status_code))

    assert taken == []
    assert everything_of(alice) == before


def _without_token(user, address: str):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser.post(address)


def _staff_values(route: Route, rows) -> dict[str, object]:
    values = values_for(route.name, rows)
    # The admin's own jump to "view on site" stumbles over ids that are none; nobody's type is a 404.
    return {**values, "object_id": "1", "content_type_id": "999999", "app_label": "library"}
