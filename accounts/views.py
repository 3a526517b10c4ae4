"""The settings page and what can be done on it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import DeleteAccountForm, PreferencesForm, TimeZoneForm, TokenForm, WebhookForm
from accounts.models import Connection, User
from accounts.services import close_account, notice_for
from accounts.services.hooks import WebhookRefused, delete_webhook, make_webhook
from accounts.services.preferences import save_preferences, take_time_zone
from accounts.services.tokens import TokenRefused, make_token, revoke_token
from accounts.tasks import start_leaving_spotify
from jobs.starting import enqueue


@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """Everything a listener can set."""
    return _page(request)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about a listener, where it comes from and for how long."""
    return render(request, "accounts/privacy.html")


@require_POST
def change_preferences(request: HttpRequest) -> HttpResponse:
    """Keep what the listener chose."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _page(request, preferences_form=form)
    chosen = form.preferences()
    save_preferences(_listener(request), chosen)
    messages.success(request, _("Your settings are saved."))
    response = redirect("settings")
    if chosen.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen.language, samesite="Lax")
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response


@require_POST
def report_time_zone(request: HttpRequest) -> HttpResponse:
    """Take the browser's time zone where the listener has chosen none."""
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    take_time_zone(_listener(request), form.cleaned_data["time_zone"])
    return HttpResponse(status=204)


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show it, this once; it is not stored, so there is no page to come back to."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form)
    try:
        _token, secret = make_token(_listener(request), now=timezone.now(), **form.wanted())
    except TokenRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, token_form=form)
    return _page(request, new_secret=secret)


@require_POST
def end_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of the listener's tokens."""
    token = get_object_or_404(_listener(request).api_tokens, pk=token_id)
    revoke_token(token, now=timezone.now())
    messages.success(request, _("The token is revoked. What used it can no longer come in."))
    return redirect("settings")


@require_POST
def create_webhook(request: HttpRequest) -> HttpResponse:
    """Make a webhook and show its secret, this once."""
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, webhook_form=form)
    try:
        _hook, secret = make_webhook(_listener(request), now=timezone.now(), **form.cleaned_data)
    except WebhookRefused as refusal:
        form.add_error("url", str(refusal))
        return _page(request, webhook_form=form)
    return _page(request, new_webhook_secret=secret)


@require_POST
def end_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Delete one of the listener's webhooks."""
    delete_webhook(get_object_or_404(_listener(request).webhooks, pk=webhook_id))
    messages.success(request, _("The webhook is deleted."))
    return redirect("settings")


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Give the permission back at once, and have removed what came with it."""
    start_leaving_spotify(_listener(request), now=timezone.now())
    messages.success(
        request,
        _("Spotify is disconnected. You can also remove Moodsite on your Spotify account page, under Apps."),
    )
    return redirect("settings")


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Set the first password of a Spotify person, or change the one there is."""
    user = _listener(request)
    form = _password_form(user, request.POST)
    if not form.is_valid():
        return _page(request, password_form=form)
    form.save()
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is set."))
    return redirect("settings")


@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Close the account now and have everything removed."""
    user = _listener(request)
    form = DeleteAccountForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, delete_form=form)
    close_account(user, now=timezone.now())
    enqueue("accounts.delete", key=str(user.pk), args={"user_id": user.pk})
    logout(request)
    messages.success(request, _("Your account is being deleted. In a minute nothing of it is left."))
    return redirect("landing")


def _listener(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequiredMiddleware lets nobody else in.
    return request.user


def _password_form(user: User, *posted: Any) -> "SetPasswordForm[User]":
    kind = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    return kind(user, *posted)


def _page(request: HttpRequest, **shown: Any) -> HttpResponse:
    """The whole page; a form with faults, or a new token's secret, in `shown`."""
    user, now = _listener(request), timezone.now()
    connection = user.connection_or_none()
    context = {
        **_spotify_context(connection, now=now),
        "notice": notice_for(user, now=now),
        "tokens": user.api_tokens.unrevoked().newest_first(),
        "now": now,
        "preferences_form": PreferencesForm.of(user),
        "token_form": TokenForm(),
        "webhooks": user.webhooks.newest_first(),
        "webhook_form": WebhookForm(),
        "password_form": _password_form(user),
        "delete_form": DeleteAccountForm(user=user),
    }
    return render(request, "accounts/settings.html", {**context, **shown})


def _spotify_context(connection: Connection | None, *, now: datetime) -> dict[str, Any]:
    if connection is None:
        return {"connection": None}
    return {
        "connection": connection,
        "days_left": connection.days_left(now),
        "can_save": connection.may(*settings.SPOTIFY_WRITE_SCOPES),
    }
