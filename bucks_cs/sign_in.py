"""How people come in: what allauth is told, and what the audit trail is."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from . import audit
from .models import User

WRONG = "The username, the email address or the password is wrong."

# allauth tells people of these by email, under these names; the audit trail is told too.
NOTICES = {
    "mfa/email/totp_activated": "set up a second factor",
    "mfa/email/totp_deactivated": "removed their second factor",
    "mfa/email/recovery_codes_generated": "made new recovery codes",
    "account/email/password_changed": "changed their password",
    "account/email/password_set": "changed their password",
    "account/email/password_reset": "reset their password by email",
    "socialaccount/email/account_connected": "was recognised by the council’s directory",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; every sign-in and refusal is in the audit trail."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": "Too many wrong tries. Wait five minutes, then try again.",
        "enter_current_password": "That is not your password now.",
        "incorrect_password": "That is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **others: Any) -> bool:
        """Whoever changes their second factor says again who they are; setting up a first one
        follows the password at once."""
        return app == "allauth.mfa" and is_mfa_enabled(self.request.user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as locked:
            self._record_refusal(request, credentials, locked.messages[0])
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._record_refusal(request, credentials, WRONG)

    def _record_refusal(
        self, request: HttpRequest, credentials: dict[str, Any], reason: str
    ) -> None:
        # Not what was typed: people type passwords into the wrong box.
        user = _account_named(credentials)
        audit.record(
            "refused a sign-in",
            user.username if user else "a name that is not known here",
            by=None,
            reason=reason,
            address=self.get_client_ip(request),
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count of wrong passwords for an account, by whichever of its names and under
        whichever host name they come: allauth's own would give five more tries for each."""
        user = _account_named(credentials)
        return f"user {user.pk}" if user else f"unknown {_typed(credentials)}"

    def unlock(self, user: User) -> None:
        """Forgets the wrong passwords and codes typed for this account."""
        for key in (f"user {user.pk}", f"mfa-auth-user-{user.pk}"):
            ratelimit.clear(self.request, action="login_failed", key=key)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        directory = "sociallogin" in (details.get("signal_kwargs") or {})
        audit.record(
            "signed in", user.username, by=user, through="directory" if directory else "password"
        )
        return super().post_login(request, user, **details)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            audit.record("signed out", request.user.username, by=request.user)
        super().logout(request)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        if template_prefix in NOTICES:
            audit.record(NOTICES[template_prefix], user.username, by=user)
        if template_prefix == "mfa/email/totp_activated":
            # The code that proved the new factor counts: nobody is asked for it again at once.
            record_authentication(self.request, user, "mfa", reauthenticated=True)
        super().send_notification_mail(template_prefix, user, context, email)


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()


def _account_named(credentials: dict[str, Any]) -> User | None:
    name = _typed(credentials)
    if not name:
        return None
    named = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))
    return named.order_by("pk").first()


def _refuse_code(user: User, refusal: ValidationError) -> NoReturn:
    audit.record("refused a sign-in", user.username, by=None, reason=f"Code: {refusal.messages[0]}")
    raise refusal


class CodeForm(AuthenticateForm):
    """The second factor at sign-in; wrong codes are in the audit trail."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError as refusal:
            _refuse_code(self.user, refusal)


class CodeAgainForm(ReauthenticateForm):
    """The second factor before it is changed."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError as refusal:
            _refuse_code(self.user, refusal)


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """The council's directory: people whose email address it vouches for, and who have an
    account here with that address, are let in; others are told to ask the administrator."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        audit.record(
            "refused a sign-in",
            ", ".join(_vouched_for(sociallogin)) or "somebody with no email address",
            by=None,
            reason="The council’s directory knows them; they have no account here.",
        )
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            # A session left open must not be tied to a stranger's directory account.
            raise PermissionDenied("Accounts are recognised by email address when you sign in.")
        if sociallogin.is_existing:
            return
        same_address = Q(pk__in=())
        for address in _vouched_for(sociallogin):
            same_address |= Q(email__iexact=address)
        known = list(User.objects.filter(same_address, is_active=True)[:2])
        if len(known) == 1:
            sociallogin.connect(request, known[0])


def _vouched_for(sociallogin: SocialLogin) -> list[str]:
    """The addresses that the directory says are verified: `true` itself, not a word for it."""
    return [one.email for one in sociallogin.email_addresses if one.verified is True]
