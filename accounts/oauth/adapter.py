"""What happens around signing up and signing in, on allauth's own hooks."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.oauth.failures import Failure, SignInFailed, failure_page
from accounts.services import Audited, record_audit
from accounts.throttling import SignInAttempt


class AccountAdapter(DefaultAccountAdapter):
    """Password accounts, and what both ways of signing in share."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may come in."""
        return bool(settings.REGISTRATION_OPEN)

    def is_safe_url(self, url: str) -> bool:
        """Only our own pages: by path, by the host that was asked, or by the site's address."""
        own = {self.request.get_host(), urlsplit(settings.SITE_URL).netloc} if self.request else set()
        return bool(url) and url_has_allowed_host_and_scheme(
            url, allowed_hosts=own, require_https=settings.IS_HTTPS
        )

    def may_try_to_sign_in(self, request: HttpRequest) -> bool:
        """Count one attempt from this address; False when there were too many."""
        return SignInAttempt(self.get_client_ip(request)).begin(now=timezone.now())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check a password; a right one does not use up an attempt."""
        attempt = SignInAttempt(self.get_client_ip(request))
        if not attempt.begin(now=timezone.now()):
            raise self.validation_error("too_many_login_attempts")
        user = super().authenticate(request, **credentials)
        if user is not None:
            attempt.undo()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a trace of it, without the name or the password that was tried."""
        record_audit(Audited.SIGN_IN_FAILED, now=timezone.now(), way="password")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note it, and speak the listener's language on this device too."""
        record_audit(Audited.SIGNED_IN, now=timezone.now(), user=user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def logout(self, request: HttpRequest) -> None:
        """Note it, and end the session."""
        if isinstance(request.user, User):
            record_audit(Audited.SIGNED_OUT, now=timezone.now(), user=request.user)
        super().logout(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Spotify accounts."""

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """256 random bits."""
        return secrets.token_urlsafe(32)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Back to where Spotify is connected."""
        return reverse("settings")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse to connect an account of somebody else, or a second one of the same person."""
        if sociallogin.state.get("process") != "connect" or not request.user.is_authenticated:
            return
        if sociallogin.is_existing and sociallogin.user != request.user:
            raise ImmediateHttpResponse(failure_page(request, Failure.TAKEN))
        others = SocialAccount.objects.filter(user=request.user, provider=sociallogin.account.provider)
        if others.exclude(uid=sociallogin.account.uid).exists():
            raise ImmediateHttpResponse(failure_page(request, Failure.OTHER_ACCOUNT))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Make the person; when the same one is being made in another tab, ask to start again."""
        try:
            with transaction.atomic():
                return super().save_user(request, sociallogin, form)
        except IntegrityError as clash:
            raise ImmediateHttpResponse(failure_page(request, Failure.STALE)) from clash

    def validate_disconnect(self, account: SocialAccount, accounts: Any) -> None:
        """Disconnecting is ours to do: it also removes the grant and what came from it."""
        raise ValidationError(_("Disconnect Spotify in your settings."))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say in words what went wrong; never a bare error page."""
        state = (extra_context or {}).get("state") or {}
        failure = _failure(error, exception=exception)
        if state:  # Without one anybody could fill the log by calling the address.
            record_audit(Audited.SIGN_IN_FAILED, now=timezone.now(), way="spotify", why=failure.name.lower())
        raise ImmediateHttpResponse(failure_page(request, failure, next_url=state.get("next") or ""))


def _failure(error: str | None, *, exception: Exception | None) -> Failure:
    if isinstance(exception, SignInFailed):
        return exception.failure
    if error == AuthError.CANCELLED:
        return Failure.REFUSED
    return Failure.SPOTIFY_DOWN if exception else Failure.STALE
