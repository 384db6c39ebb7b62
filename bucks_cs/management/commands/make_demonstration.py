"""Four invented people to look round with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bucks_cs import audit
from bucks_cs.context import DEMONSTRATION_ACCOUNTS, DEMONSTRATION_PASSWORD
from bucks_cs.models import Post, User
from bucks_cs.roles import Role

# The first of these that is there, so that the officer has actions where a plan is loaded; else
# the last is made.
POSTS = {
    Role.OFFICER: ("Head of Quality, Standards and Performance", "Performance officer"),
    Role.MANAGER: ("Head of performance",),
}


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
        post = self._post(POSTS[role]) if role in POSTS else None
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

    def _post(self, titles: Sequence[str]) -> Post:
        there = set(Post.objects.filter(title__in=titles).values_list("title", flat=True))
        title = next((one for one in titles if one in there), titles[-1])
        return Post.objects.get_or_create(title=title)[0]
