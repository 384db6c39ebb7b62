"""Four invented people to look round with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bucks_cs import audit
from bucks_cs.context import DEMONSTRATION_ACCOUNTS, DEMONSTRATION_PASSWORD
from bucks_cs.models import Post, User
from bucks_cs.roles import Role

POSTS = {Role.OFFICER: "Performance officer", Role.MANAGER: "Head of performance"}


class Command(BaseCommand):
    help = "Makes the demonstration accounts, one for each role; refuses in real service."

    @transaction.atomic
    def handle(self, *arguments: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.DEMONSTRATION):
            raise CommandError(
                "This is real service: everybody knows the demonstration accounts’ password. "
                "Set DEMONSTRATION=1 where no real figures are kept."
            )
        for name in DEMONSTRATION_ACCOUNTS:
            self._make(Role(name))

    def _make(self, role: Role) -> None:
        title = POSTS.get(role)
        post = Post.objects.get_or_create(title=title)[0] if title else None
        person, made = User.objects.update_or_create(
            username=role.value,
            defaults={"role": role, "post": post, "is_active": True},
            create_defaults={"role": role, "post": post, "email": f"{role.value}@example.org"},
        )
        if not person.check_password(DEMONSTRATION_PASSWORD):
            person.set_password(DEMONSTRATION_PASSWORD)
            person.save()
        if made:
            audit.record("made a demonstration account", person.username, by=None)
