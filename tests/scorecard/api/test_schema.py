"""The API is what its description says: put to it by schemathesis, with every check it has,
against a running server, as each role and as nobody.

What it generates is the same each time (schemathesis.toml).
"""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from rest_framework.authtoken.models import Token

from bucks_cs.models import User
from bucks_cs.roles import Role
from scorecard.models import Status
from scorecard.services import compute_snapshots
from tests.factories import (
    AreaFactory,
    MeasureFactory,
    OutturnFactory,
    PublicationFactory,
    SeriesFactory,
    TargetFactory,
    UserFactory,
    history,
)

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture
def figures(transactional_db: Any) -> None:
    """A little of everything: shown, hidden, absent, unpublished, in progress."""
    AreaFactory()
    measure = MeasureFactory(code="repeat-referrals")
    TargetFactory(measure=measure)
    series = SeriesFactory(measure=measure)
    history(series, 70, 81, 62, 93)
    OutturnFactory(series=SeriesFactory(measure=measure, category="Under 1"), numerator=Decimal(3))
    OutturnFactory(series__measure__code="not-known", value=None, absence="not_available")
    OutturnFactory(series__measure__code="in-progress", status=Status.DRAFT)
    PublicationFactory()
    compute_snapshots()


def run(url: str, *options: str) -> None:
    command = [str(SCHEMATHESIS), "--no-color", "run", f"{url}/api/v1/schema/", "--checks", "all"]
    # On a connection that is kept the test server takes 40 ms an answer: each waits for the other.
    command += ["-H", "Connection: close"]
    found = subprocess.run(
        [*command, *options], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


# A manager may do here what an officer may, and an administrator reads as they do and writes as a
# member does: for these two the generated requests do, without every edge of every parameter.
@pytest.mark.parametrize(
    ("role", "options"),
    [
        (Role.OFFICER, ()),
        (Role.MEMBER, ()),
        (Role.MANAGER, ("--phases", "fuzzing")),
        (Role.ADMINISTRATOR, ("--phases", "fuzzing")),
    ],
)
@pytest.mark.usefixtures("figures")
def test_it_holds_for_each_role(role: str, options: tuple[str, ...], live_server: Any) -> None:
    user: User = UserFactory(role=role)
    token = Token.objects.create(user=user)
    run(live_server.url, "-H", f"Authorization: Token {token.key}", *options)


@pytest.mark.usefixtures("figures")
def test_it_holds_for_somebody_not_signed_in(live_server: Any) -> None:
    run(live_server.url)
