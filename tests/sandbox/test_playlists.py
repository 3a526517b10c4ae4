from base64 import b64encode

import pytest

from sandbox.fields import FieldsError, parse_fields, pick_fields
from sandbox.pictures import draw_picture
from tests.sandbox.schemas import PLAYLIST, PLAYLIST_ENTRY, PLAYLIST_SUMMARY, faults, page_of
from tests.sandbox.test_reading import error, said

JPEG = draw_picture("test", 64)
TOO_MANY = "You can add a maximum of 100 tracks per request."
BAD_BODY = "JSON body doesn't conform to specification"


@pytest.fixture
def uris(sandbox) -> list[str]:
    return [song["uri"] for song in sandbox.songs()[:120]]


@pytest.fixture
def playlist_id(noor) -> str:
    return noor.post("/v1/me/playlists", json={"name": "Mine"}).json()["id"]


def owned(sandbox, listener: str, name: str) -> dict:
    return next(row for row in sandbox.playlists(listener) if row["name"] == name)


def content(sandbox, playlist_id: str) -> list[str]:
    return next(row["uris"] for row in sandbox.playlists("noor") if row["id"] == playlist_id)


def test_my_playlists_list_own_and_followed_ones(sandbox, noor):
    page = noor.get("/v1/me/playlists").json()

    assert faults(page, page_of(PLAYLIST_SUMMARY)) == []
    rows = [(entry["id"], entry["owner"]["id"], "items" in entry) for entry in page["items"]]
    assert rows == [(row["id"], row["owner"], row["owner"] == "noor") for row in sandbox.playlists("noor")]
    assert {row[1] for row in rows} == {"noor", "sam"}


def test_my_playlists_hide_collaborative_ones_without_their_scope(signed_in):
    scopes = ["playlist-read-private", "playlist-read-collaborative"]
    all_of_them = signed_in("sam", scopes).get("/v1/me/playlists").json()
    without = signed_in("sam", scopes[:1]).get("/v1/me/playlists").json()

    assert all_of_them["total"] - without["total"] == 1


def test_creating_a_playlist_ignores_private(sandbox, noor):
    wanted = {"name": "Mine", "description": "two\nlines", "public": False}
    answer = noor.post("/v1/me/playlists", json=wanted)

    created = answer.json()
    assert (answer.status_code, faults(created, PLAYLIST)) == (201, [])
    assert (created["public"], created["description"], created["items"]["total"]) == (True, "two lines", 0)
    assert sandbox.playlists("noor")[0]["id"] == created["id"]
    assert sandbox.playlists("noor")[0]["name"] == "Mine"


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": 3}, []])
def test_creating_a_playlist_needs_a_name(noor, body):
    answer = noor.post("/v1/me/playlists", json=body)

    assert said(answer) == error(400, "Missing required field: name")


def test_creating_a_playlist_needs_a_scope(signed_in):
    answer = signed_in("noor", ["playlist-read-private"]).post("/v1/me/playlists", json={"name": "x"})

    assert said(answer) == error(403, "Insufficient client scope")


def test_created_playlist_is_public_and_so_needs_the_public_scope(signed_in, uris):
    noor = signed_in("noor", ["playlist-modify-private"])
    created = noor.post("/v1/me/playlists", json={"name": "x", "public": False}).json()

    answer = noor.post(f"/v1/playlists/{created['id']}/items", json={"uris": uris[:1]})

    assert said(answer) == error(403, "Insufficient client scope")


def test_own_playlist_embeds_its_first_entries(sandbox, noor):
    row = owned(sandbox, "noor", "Night shift")
    whole = noor.get(f"/v1/playlists/{row['id']}").json()

    assert faults(whole, PLAYLIST) == []
    assert [entry["item"]["uri"] for entry in whole["items"]["items"]] == row["uris"]
    assert whole["snapshot_id"] == row["snapshot_id"]


def test_playlist_of_another_shows_no_items(sandbox, noor):
    row = owned(sandbox, "sam", "kitchen disco")

    whole = noor.get(f"/v1/playlists/{row['id']}").json()

    assert (faults(whole, PLAYLIST), "items" in whole) == ([], False)
    assert said(noor.get(f"/v1/playlists/{row['id']}/items")) == error(403, "Forbidden")


def test_collaborator_reads_and_edits_the_items(sandbox, signed_in, uris):
    sam, row = signed_in("sam"), owned(sandbox, "rosa", "Sunday kitchen")

    read = sam.get(f"/v1/playlists/{row['id']}/items")
    added = sam.post(f"/v1/playlists/{row['id']}/items", json={"uris": uris[:1]})

    assert (read.status_code, added.status_code) == (200, 201)
    assert owned(sandbox, "rosa", "Sunday kitchen")["uris"] == row["uris"] + uris[:1]


def test_private_playlist_is_hidden_from_others_and_from_a_narrow_grant(sandbox, noor, signed_in):
    row = owned(sandbox, "sam", "do not text")

    assert said(noor.get(f"/v1/playlists/{row['id']}")) == error(404, "Resource not found")
    narrow = signed_in("sam", ["user-top-read"]).get(f"/v1/playlists/{row['id']}")
    assert said(narrow) == error(403, "Insufficient client scope")


def test_editorial_playlist_is_listed_but_cannot_be_read(sandbox, signed_in):
    sam, row = signed_in("sam"), owned(sandbox, "sam", "Invented Hits of Today")

    assert said(sam.get(f"/v1/playlists/{row['id']}")) == error(404, "Resource not found")


def test_playlist_items_page_by_fifty_at_most(noor, playlist_id, uris):
    noor.post(f"/v1/playlists/{playlist_id}/items", json={"uris": uris[:100]})

    pages = noor.pages(f"/v1/playlists/{playlist_id}/items?limit=50")

    assert [faults(page, page_of(PLAYLIST_ENTRY)) for page in pages] == [[], []]
    assert [entry["item"]["uri"] for page in pages for entry in page["items"]] == uris[:100]
    too_many = noor.get(f"/v1/playlists/{playlist_id}/items?limit=100")
    assert said(too_many) == error(400, "Invalid limit")


def test_embedded_entries_lead_to_the_items_endpoint(sandbox, noor, playlist_id, uris):
    noor.post(f"/v1/playlists/{playlist_id}/items", json={"uris": uris[:60]})

    page = noor.get(f"/v1/playlists/{playlist_id}").json()["items"]

    assert page["next"] == f"{sandbox.url}/v1/playlists/{playlist_id}/items?offset=50&limit=50"


def test_old_playlist_holds_a_local_file_an_episode_and_a_lost_song(sandbox, signed_in):
    karl, row = signed_in("karl"), owned(sandbox, "karl", "Car mix")
    path = f"/v1/playlists/{row['id']}/items?offset=5&limit=3"

    local, episode, lost = karl.get(path).json()["items"]
    asked_for = karl.get(path + "&additional_types=track,episode").json()["items"][1]["item"]

    assert (local["is_local"], local["item"]["id"], local["item"]["name"]) == (True, None, "Waltz for two")
    assert local["item"]["uri"] == "spotify:local:Ingrid+%26+Karl:Kitchen+tape:Waltz+for+two:184"
    assert (episode["item"], lost["item"], lost["added_at"], lost["added_by"]) == (None, None, None, None)
    assert (asked_for["type"], "artists" in asked_for) == ("episode", False)


def test_fields_filter_cuts_the_answer_down(noor, playlist_id, uris):
    noor.post(f"/v1/playlists/{playlist_id}/items", json={"uris": uris[:1]})

    items = noor.get(f"/v1/playlists/{playlist_id}/items?fields=items(item(uri,album.name)),next,total")
    whole = noor.get(f"/v1/playlists/{playlist_id}?fields=name,items.total,nothing")

    assert [list(entry["item"]) for entry in items.json()["items"]] == [["uri", "album"]]
    assert (items.json()["next"], items.json()["total"]) == (None, 1)
    assert whole.json() == {"name": "Mine", "items": {"total": 1}}


@pytest.mark.parametrize("fields", ["items(", "items(a))", ",", "items.", "(a)"])
def test_fields_filter_that_cannot_be_read_is_refused(noor, playlist_id, fields):
    answer = noor.get(f"/v1/playlists/{playlist_id}", params={"fields": fields})

    assert said(answer) == error(400, "Invalid fields filter")
    with pytest.raises(FieldsError):
        parse_fields(fields)


def test_fields_filter_leaves_plain_values_alone():
    assert pick_fields({"a": 1, "b": None}, parse_fields("a(x),b(y)")) == {"a": 1, "b": None}


def test_adding_appends_or_inserts_and_makes_a_new_snapshot(sandbox, noor, playlist_id, uris):
    path = f"/v1/playlists/{playlist_id}/items"
    first = noor.post(path, json={"uris": uris[:2]})
    second = noor.post(path, json={"uris": [uris[2]], "position": 1})

    assert (first.status_code, second.status_code) == (201, 201)
    assert list(first.json()) == ["snapshot_id"]
    assert first.json() != second.json()
    assert content(sandbox, playlist_id) == [uris[0], uris[2], uris[1]]
    assert noor.get(f"/v1/playlists/{playlist_id}").json()["snapshot_id"] == second.json()["snapshot_id"]


def test_adding_allows_duplicates_and_prefers_the_query(sandbox, noor, playlist_id, uris):
    query = {"uris": ",".join([uris[0], uris[0]]), "position": "0"}
    noor.post(f"/v1/playlists/{playlist_id}/items", params=query, json={"uris": uris[5:9]})

    assert content(sandbox, playlist_id) == [uris[0], uris[0]]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"uris": []}, "No uris provided"),
        ({}, BAD_BODY),
        (["spotify:track:1"], BAD_BODY),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri: spotify:local:a:b:c:1"),
        ({"uris": [None]}, "Invalid track uri: None"),
        ({"uris": ["spotify:track:" + "0" * 22]}, "Payload contains a non-existing ID"),
        ({"uris": "spotify:track:x"}, BAD_BODY),
    ],
)
def test_adding_refuses_the_whole_chunk_for_one_fault(sandbox, noor, playlist_id, body, message):
    assert said(noor.post(f"/v1/playlists/{playlist_id}/items", json=body)) == error(400, message)
    assert content(sandbox, playlist_id) == []


def test_adding_takes_a_hundred_at_most(sandbox, noor, playlist_id, uris):
    path = f"/v1/playlists/{playlist_id}/items"

    assert said(noor.post(path, json={"uris": uris[:101]})) == error(400, TOO_MANY)
    assert noor.post(path, json={"uris": uris[:100]}).status_code == 201
    assert content(sandbox, playlist_id) == uris[:100]


@pytest.mark.parametrize(
    ("position", "message"), [(1, "Index out of bounds."), ("x", BAD_BODY), (True, BAD_BODY)]
)
def test_adding_refuses_a_place_that_is_not_there(noor, playlist_id, uris, position, message):
    body = {"uris": uris[:1], "position": position}

    assert said(noor.post(f"/v1/playlists/{playlist_id}/items", json=body)) == error(400, message)


def test_adding_stops_at_the_largest_playlist(sandbox, noor, playlist_id, uris):
    sandbox.edit_playlist(playlist_id, add=uris[:1] * 11_000)

    answer = noor.post(f"/v1/playlists/{playlist_id}/items", json={"uris": uris[:1]})

    assert said(answer) == error(400, "Playlist size limit reached")


def test_replacing_sets_the_whole_content(sandbox, noor, playlist_id, uris):
    path = f"/v1/playlists/{playlist_id}/items"
    noor.post(path, json={"uris": uris[:5]})

    replaced = noor.put(path, json={"uris": uris[5:7]})
    after_replacing = content(sandbox, playlist_id)
    noor.put(path, json={"uris": []})

    assert (replaced.status_code, list(replaced.json())) == (200, ["snapshot_id"])
    assert (after_replacing, content(sandbox, playlist_id)) == (uris[5:7], [])
    assert said(noor.put(path, json={"uris": uris[:101]})) == error(400, TOO_MANY)


@pytest.mark.parametrize(
    ("start", "before", "length", "expected"),
    [
        (0, 5, 1, "bcdea"),
        (4, 0, 1, "eabcd"),
        (1, 4, 2, "adbce"),
        (3, 1, 2, "adebc"),
        (1, 1, 2, "abcde"),
        (1, 3, 2, "abcde"),
        (2, 0, 3, "cdeab"),
    ],
)
def test_reordering_moves_a_range(sandbox, noor, playlist_id, uris, start, before, length, expected):
    path, letters = f"/v1/playlists/{playlist_id}/items", dict(zip("abcde", uris[:5], strict=True))
    snapshot = noor.put(path, json={"uris": uris[:5]}).json()["snapshot_id"]
    move = {"range_start": start, "insert_before": before, "range_length": length, "snapshot_id": snapshot}

    moved = noor.put(path, json=move)

    assert (moved.status_code, moved.json() == {"snapshot_id": snapshot}) == (200, False)
    assert content(sandbox, playlist_id) == [letters[letter] for letter in expected]


@pytest.mark.parametrize(
    ("move", "message"),
    [
        ({"range_start": 5, "insert_before": 0}, "Index out of bounds."),
        ({"range_start": 0, "insert_before": 6}, "Index out of bounds."),
        ({"range_start": 3, "insert_before": 0, "range_length": 3}, "Index out of bounds."),
        ({"range_start": 0, "insert_before": 3, "range_length": 0}, "Index out of bounds."),
        ({"range_start": 0}, BAD_BODY),
        ({"range_start": None, "insert_before": 1}, BAD_BODY),
        ({"range_start": 0, "insert_before": 1, "snapshot_id": "nonsense"}, "Invalid snapshot_id"),
    ],
)
def test_reordering_refuses_what_is_not_there(noor, playlist_id, uris, move, message):
    path = f"/v1/playlists/{playlist_id}/items"
    noor.put(path, json={"uris": uris[:5]})

    assert said(noor.put(path, json=move)) == error(400, message)


def test_reordering_accepts_an_earlier_snapshot(noor, playlist_id, uris):
    path = f"/v1/playlists/{playlist_id}/items"
    earlier = noor.put(path, json={"uris": uris[:5]}).json()["snapshot_id"]
    noor.post(path, json={"uris": uris[5:6]})

    moved = noor.put(path, json={"range_start": 0, "insert_before": 2, "snapshot_id": earlier})

    assert moved.status_code == 200


def test_removing_takes_every_occurrence(sandbox, noor, playlist_id, uris):
    path = f"/v1/playlists/{playlist_id}/items"
    snapshot = noor.put(path, json={"uris": [*uris[:3], uris[0]]}).json()["snapshot_id"]

    removed = noor.delete(path, json={"items": [{"uri": uris[0]}], "snapshot_id": snapshot})

    assert (removed.status_code, list(removed.json())) == (200, ["snapshot_id"])
    assert content(sandbox, playlist_id) == uris[1:3]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"tracks": [{"uri": "x"}]}, BAD_BODY),
        ({"items": ["x"]}, BAD_BODY),
        ({"items": [{"uri": 3}]}, BAD_BODY),
        ({"items": [{"uri": "x"}] * 101}, "Cannot remove more than 100 items"),
        ({"items": [{"uri": "x"}], "snapshot_id": 3}, "Invalid snapshot_id"),
    ],
)
def test_removing_refuses_other_bodies(noor, playlist_id, body, message):
    assert said(noor.delete(f"/v1/playlists/{playlist_id}/items", json=body)) == error(400, message)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/items", {"uris": []}),
        ("PUT", "/items", {"uris": []}),
        ("PUT", "/items", {"range_start": 0, "insert_before": 1}),
        ("DELETE", "/items", {"items": []}),
        ("PUT", "", {"name": "Taken over"}),
    ],
)
def test_playlist_of_another_cannot_be_changed(sandbox, noor, method, path, body):
    row = owned(sandbox, "sam", "kitchen disco")

    assert said(noor.send(method, f"/v1/playlists/{row['id']}{path}", json=body)) == error(403, "Forbidden")
    assert owned(sandbox, "sam", "kitchen disco") == row


def test_details_change_but_never_to_private(sandbox, noor, playlist_id):
    body = {"name": "Renamed", "description": "new", "public": False}
    answer = noor.put(f"/v1/playlists/{playlist_id}", json=body)

    assert (answer.status_code, answer.content) == (200, b"")
    row = sandbox.playlists("noor")[0]
    assert (row["name"], row["description"], row["public"]) == ("Renamed", "new", True)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, BAD_BODY),
        ({"name": ""}, BAD_BODY),
        ({"description": 3}, BAD_BODY),
        ({"collaborative": True}, "Collaborative playlists must not be public"),
    ],
)
def test_details_refuse_nonsense(noor, playlist_id, body, message):
    assert said(noor.put(f"/v1/playlists/{playlist_id}", json=body)) == error(400, message)


def test_private_playlist_may_become_collaborative(sandbox, noor, playlist_id):
    sandbox.edit_playlist(playlist_id, public=False)

    noor.put(f"/v1/playlists/{playlist_id}", json={"collaborative": True})

    assert sandbox.playlists("noor")[0]["collaborative"] is True


def test_cover_is_uploaded_as_base64_of_a_jpeg(sandbox, noor, playlist_id):
    path, headers = f"/v1/playlists/{playlist_id}/images", {"Content-Type": "image/jpeg"}
    answer = noor.put(path, data=b64encode(JPEG), headers=headers)

    assert (answer.status_code, answer.content) == (202, b"")
    images = noor.get(path).json()
    assert noor.get(images[0]["url"]).content == JPEG
    assert sandbox.playlists("noor")[0]["has_cover"] is True


def test_playlist_without_songs_has_no_picture(noor, playlist_id):
    assert noor.get(f"/v1/playlists/{playlist_id}/images").json() == []
    assert noor.get(f"/images/cover/{playlist_id}/1.jpg").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b64encode(JPEG) + b"\n", "image/jpeg", error(400, "Invalid image data")),
        (b"data:image/jpeg;base64," + b64encode(JPEG), "image/jpeg", error(400, "Invalid image data")),
        (b64encode(b"\x89PNG"), "image/jpeg", error(400, "Invalid image data")),
        (b64encode(JPEG), "application/json", error(400, "Invalid image data")),
        (b"A" * (256 * 1024 + 4), "image/jpeg", error(413, "Payload too large")),
    ],
)
def test_cover_that_is_no_small_jpeg_is_refused(noor, playlist_id, body, kind, expected):
    path = f"/v1/playlists/{playlist_id}/images"

    assert said(noor.put(path, data=body, headers={"Content-Type": kind})) == expected


def test_cover_without_its_scope_shows_as_unauthorized(signed_in, playlist_id):
    answer = signed_in("noor", ["playlist-modify-public"]).put(
        f"/v1/playlists/{playlist_id}/images", data=b64encode(JPEG), headers={"Content-Type": "image/jpeg"}
    )

    assert said(answer) == error(401, "Unauthorized.")


def test_removing_a_playlist_takes_it_out_of_the_library_only(sandbox, noor, playlist_id):
    uri = f"spotify:playlist:{playlist_id}"
    answer = noor.delete("/v1/me/library", params={"uris": uri})

    assert (answer.status_code, answer.content) == (200, b"")
    assert playlist_id not in [row["id"] for row in sandbox.playlists("noor")]
    assert noor.get(f"/v1/playlists/{playlist_id}").status_code == 200
    assert noor.get("/v1/me/library/contains", params={"uris": uri}).json() == [False]


def test_playlist_can_be_followed_and_left(sandbox, noor):
    row = owned(sandbox, "rosa", "10k")
    query = {"uris": f"spotify:playlist:{row['id']}"}

    noor.put("/v1/me/library", params=query)
    noor.put("/v1/me/library", params=query)
    followed = noor.get("/v1/me/library/contains", params=query).json()
    noor.delete("/v1/me/library", params=query)
    noor.delete("/v1/me/library", params=query)

    assert followed == [True]
    assert row["id"] not in [mine["id"] for mine in sandbox.playlists("noor")]


def test_library_takes_and_gives_likes_back(sandbox, signed_in, uris):
    noor = signed_in("noor", ["user-library-modify", "user-library-read"])
    query = {"uris": f"{uris[0]},{uris[1]}"}

    noor.put("/v1/me/library", params=query)
    both = noor.get("/v1/me/library/contains", params={"uris": f"{uris[1]},spotify:album:1"}).json()
    noor.delete("/v1/me/library", params=query)

    assert both == [True, False]
    assert not {uris[0], uris[1]} & {like["uri"] for like in sandbox.liked("noor")}


def test_library_needs_the_scope_of_what_is_changed(noor, uris):
    assert said(noor.put("/v1/me/library", params={"uris": uris[0]})) == error(
        403, "Insufficient client scope"
    )


@pytest.mark.parametrize(
    ("uris", "message"),
    [
        ("", "Missing required field: uris"),
        ("spotify:local:a:b:c:1", "Invalid uri"),
        (",".join(["spotify:track:1"] * 41), "Too many uris requested"),
    ],
)
def test_library_refuses_other_uris(noor, uris, message):
    assert said(noor.delete("/v1/me/library", params={"uris": uris})) == error(400, message)


def test_listener_edits_a_playlist_by_hand(sandbox, noor, playlist_id, uris):
    noor.put(f"/v1/playlists/{playlist_id}/items", json={"uris": uris[:3]})
    before = sandbox.playlists("noor")[0]["snapshot_id"]

    row = sandbox.edit_playlist(
        playlist_id,
        add=[uris[3]],
        position=0,
        remove=[uris[1]],
        move=(0, 3, 1),
        rename="By hand",
        public=False,
    )

    assert row["uris"] == [uris[0], uris[2], uris[3]]
    assert (row["name"], row["public"], row["snapshot_id"] == before) == ("By hand", False, False)
    assert content(sandbox, playlist_id) == row["uris"]


def test_listener_deletes_a_playlist_by_hand(sandbox, noor, playlist_id):
    sandbox.edit_playlist(playlist_id, delete=True)

    assert playlist_id not in [entry["id"] for entry in noor.get("/v1/me/playlists").json()["items"]]
