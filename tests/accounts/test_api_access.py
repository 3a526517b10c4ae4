"""Who may use the API: personal tokens, their scopes, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.models import ApiToken, AuditEvent, CallWindow, User
from accounts.services.tokens import MOST_ADDRESSES, TokenRefused, make_token, revoke_token, token_of
from accounts.throttling import RATES, ListenerThrottle, ScopedThrottle, SignInAttempt, allow
from tests.accounts.racing import in_threads

DAY = timedelta(days=1)
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"


class EchoView(APIView):
    """Says who is asking."""

    throttle_classes = (ListenerThrottle, ScopedThrottle)
    throttle_scope = "export"

    def get(self, request):
        return Response({"who": request.user.get_username()})

    post = get


def call(method: str = "get", *, user: User | None = None, **headers) -> Response:
    request = getattr(APIRequestFactory(), method)(
        "/", **{f"HTTP_{k.upper()}": v for k, v in headers.items()}
    )
    if user is not None:
        force_authenticate(request, user)
    return EchoView.as_view()(request)


def token(user: User, *scopes: str, life: timedelta = DAY, now: datetime | None = None) -> str:
    _, secret = make_token(
        user, name="script", scopes=scopes or ["read"], life=life, now=now or datetime.now(UTC)
    )
    return secret


def test_token_signs_its_listener_in(alice):
    answer = call(authorization=f"Bearer {token(alice)}")

    assert (answer.status_code, answer.data) == (200, {"who": "alice"})


@pytest.mark.parametrize(
    ("scopes", "method", "status"),
    [
        (["read"], "get", 200),
        (["read"], "post", 403),
        (["write"], "get", 403),
        (["write"], "post", 200),
        (["read", "write"], "post", 200),
    ],
)
def test_token_does_only_what_its_scopes_say(alice, scopes, method, status):
    assert call(method, authorization=f"Bearer {token(alice, *scopes)}").status_code == status


def test_session_may_read_and_write(alice):
    assert [call(method, user=alice).status_code for method in ("get", "post")] == [200, 200]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer a b", "Bearer moodsite_unknown", "Bearer ümlaut", "Basic YTpi", "bearer x"],
)
def test_anything_else_is_a_401_that_says_what_to_send(db, header):
    answer = call(authorization=header)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


def test_token_in_the_address_opens_nothing(alice):
    request = APIRequestFactory().get(f"/?access_token={token(alice)}&token={token(alice)}")

    assert EchoView.as_view()(request).status_code == 401


def test_revoked_token_opens_nothing_and_is_revoked_once(alice):
    secret = token(alice)
    row = ApiToken.objects.get()

    assert [revoke_token(row, now=datetime.now(UTC)) for _ in range(2)] == [True, False]

    assert call(authorization=f"Bearer {secret}").status_code == 401
    kinds = AuditEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["token_made", "token_revoked"]


def test_token_opens_nothing_from_the_moment_it_expires(alice):
    now = datetime.now(UTC)
    secret = token(alice, now=now)

    assert token_of(secret, now=now + DAY - timedelta(seconds=1)) is not None
    assert token_of(secret, now=now + DAY) is None


def test_token_of_a_closed_account_opens_nothing(alice):
    secret = token(alice)
    User.objects.update(is_active=False)

    assert call(authorization=f"Bearer {secret}").status_code == 401


def test_use_of_a_token_is_written_once_a_minute(alice, django_assert_num_queries):
    now = datetime.now(UTC)
    secret = token(alice, now=now)
    token_of(secret, now=now)

    with django_assert_num_queries(1):
        token_of(secret, now=now + timedelta(seconds=59))

    assert ApiToken.objects.get().last_used_at == now
    token_of(secret, now=now + timedelta(seconds=60))
    assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=60)


def test_token_used_from_a_new_address_is_in_the_audit_log_once(alice):
    secret = token(alice)

    for address in ("203.0.113.7", "203.0.113.7", "198.51.100.9", "203.0.113.7"):
        Client(REMOTE_ADDR=address).get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})

    lines = AuditEvent.objects.filter(kind="token_elsewhere").values_list("user", "detail")
    assert list(lines) == [(alice.pk, {"token": ApiToken.objects.get().pk})] * 2
    kept = ApiToken.objects.get().seen_from
    assert [len(fingerprint) for fingerprint in kept] == [24, 24]
    assert "203.0.113.7" not in str(kept)


def test_ever_new_addresses_fill_no_log(alice):
    now = datetime.now(UTC)
    secret = token(alice, now=now)

    for number in range(MOST_ADDRESSES + 5):
        token_of(secret, now=now, address=f"203.0.113.{number}")

    assert AuditEvent.objects.filter(kind="token_elsewhere").count() == MOST_ADDRESSES
    assert len(ApiToken.objects.get().seen_from) == MOST_ADDRESSES


@pytest.mark.parametrize(
    "change",
    [{"scopes": []}, {"scopes": ["admin"]}, {"life": timedelta(0)}, {"life": timedelta(days=366)}],
)
def test_token_cannot_be_made_with(alice, change):
    wanted = {"name": "x", "scopes": ["read"], "life": DAY, **change}

    with pytest.raises(TokenRefused):
        make_token(alice, now=datetime.now(UTC), **wanted)


# --- How often -----------------------------------------------------------------------------------


@pytest.fixture
def small_limits(monkeypatch) -> None:
    minute = timedelta(minutes=1)
    monkeypatch.setitem(RATES, "anonymous", (2, minute))
    monkeypatch.setitem(RATES, "listener", (4, minute))
    monkeypatch.setitem(RATES, "export", (1, minute))


def test_listener_who_asks_too_often_is_told_when_to_come_back(alice, small_limits):
    answers = [call(user=alice) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert 50 <= int(answers[-1]["Retry-After"]) <= 67


def test_limits_are_kept_apart_by_listener(alice, bob, small_limits):
    for _ in range(5):
        call(user=alice)

    assert call(user=bob).status_code == 200


def test_costly_writes_have_a_limit_of_their_own(alice, small_limits):
    assert [call("post", user=alice).status_code for _ in range(2)] == [200, 429]
    assert call("get", user=alice).status_code == 200


def test_throttle_counts_the_address_our_own_proxy_saw(db, small_limits, monkeypatch):
    monkeypatch.setattr("rest_framework.settings.api_settings.NUM_PROXIES", 1)
    view = EchoView()

    outcomes = []
    for number in range(4):
        forwarded = f"203.0.113.{number}, 198.51.100.7"
        request = view.initialize_request(APIRequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded))
        outcomes.append(ListenerThrottle().allow_request(request, view))

    assert outcomes == [True, True, False, False]


def test_limit_holds_in_any_window_and_opens_again(db):
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def ask(seconds: int) -> timedelta:
        return allow("a:b", limit=2, window=timedelta(seconds=60), now=now + timedelta(seconds=seconds))

    assert [bool(ask(second)) for second in (0, 30, 40, 59, 66, 67)] == [
        False,
        False,
        True,
        True,
        False,
        True,
    ]
    assert ask(67) == timedelta(seconds=29)


def test_addresses_are_not_kept_in_the_clear(db):
    SignInAttempt("203.0.113.9").begin(now=datetime.now(UTC))

    assert "203.0.113.9" not in str(CallWindow.objects.values())


def test_right_sign_in_is_not_held_against_anybody(db):
    now = datetime.now(UTC)
    for _ in range(50):
        attempt = SignInAttempt("203.0.113.9")
        assert attempt.begin(now=now)
        attempt.undo()

    refused = SignInAttempt("203.0.113.10")
    tries = [refused.begin(now=now) for _ in range(21)]
    refused.undo()

    assert tries == [True] * 20 + [False]
    assert not SignInAttempt("203.0.113.10").begin(now=now)


@pytest.mark.django_db(transaction=True)
def test_racing_requests_never_exceed_a_limit(shared_database):
    shared_database()
    now = datetime.now(UTC)

    def ask() -> int:
        waits = [allow("a:b", limit=20, window=timedelta(minutes=1), now=now) for _ in range(8)]
        return sum(not wait for wait in waits)

    outcomes = in_threads(ask, 6)

    assert 15 <= sum(outcomes) <= 20, outcomes
