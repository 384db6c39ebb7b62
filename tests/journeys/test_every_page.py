"""Every page, at a desk and on a phone: no accessibility fault that axe can find, nothing wider
than the screen, one heading, a title of its own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGES = [
    (None, "/accounts/login/"),
    (None, "/accounts/password/reset/"),
    (None, "/accessibility/"),
    ("member", "/"),
    ("member", "/?month=2015-02&edition=1"),
    ("member", "/?month=2015-01"),
    ("member", "/?month=2017-03"),
    ("member", "/measures/"),
    ("member", "/measures/assessments-45-days/"),
    ("member", "/measures/sickness-rate/"),
    ("member", "/plans/"),
    ("member", "/plans/improvement-plan/"),
    ("member", "/plans/improvement-plan/?dates=overdue"),
    ("member", "/plans/service-plan/"),
    ("member", "/plans/improvement-plan/divisions/5/"),
    ("member", "/plans/improvement-plan/objectives/5.2/"),
    ("member", "/plans/improvement-plan/actions/5.2.2/"),
    ("member", "/plans/improvement-plan/measures/"),
    ("member", "/plans/improvement-plan/measures/M5.8/"),
    ("member", "/plans/measures/repeat-referrals/"),
    ("member", "/plans/improvement-plan/disagreements/"),
    ("member", "/plans/improvement-plan/recommendations/"),
    ("member", "/plans/improvement-plan/recommendations/A08/"),
    ("member", "/plans/improvement-plan/gaps/"),
    ("member", "/plans/improvement-plan/risks/"),
    ("member", "/plans/improvement-plan/risks/394/"),
    ("member", "/plans/improvement-plan/costs/"),
    ("member", "/plans/improvement-plan/reports/"),
    ("member", "/plans/improvement-plan/reports/2015-02/"),
    ("member", "/plans/improvement-plan/about/"),
    ("member", "/plans/sufficiency-strategy/"),
    ("member", "/plans/sufficiency-strategy/divisions/A3/"),
    ("member", "/plans/looked-after-children-strategy/divisions/C5/"),
    ("member", "/lac/"),
    ("member", "/lac/sufficiency/"),
    ("member", "/plans/send-strategy/"),
    ("member", "/send/"),
    ("member", "/send/strategy/"),
    ("member", "/send/demand/"),
    ("member", "/send/timeliness/"),
    ("member", "/send/money/"),
    ("member", "/send/education/"),
    ("officer", "/send/timeliness/upload/"),
    ("officer", "/send/ahead/"),
    ("member", "/reports/"),
    ("member", "/reports/questions/"),
    ("officer", "/reports/new/"),
    ("officer", "/reports/questions/new/"),
    ("member", "/enter/2015-03/"),
    ("member", "/nothing-here/"),
    ("member", "/accounts/2fa/"),
    ("member", "/accounts/password/change/"),
    ("officer", "/"),
    ("officer", "/measures/repeat-referrals/"),
    ("officer", "/enter/2015-03/"),
    ("officer", "/enter/2015-03/upload/"),
    ("officer", "/plans/mine/"),
    ("officer", "/plans/improvement-plan/actions/6.5.3/report/"),
    ("officer", "/plans/improvement-plan/risks/394/"),
    ("manager", "/decide/2015-03/"),
    ("manager", "/decide/2015-02/"),
    ("manager", "/plans/decide/"),
    ("officer", "/lac/returns/"),
    ("officer", "/lac/returns/upload/"),
    ("officer", "/lac/figures/"),
    ("manager", "/lac/ahead/"),
    ("manager", "/lac/ahead/new/"),
    ("manager", "/lac/ahead/compare/"),
    ("manager", "/lac/ahead/costs/"),
    ("administrator", "/plans/queries/"),
    ("administrator", "/plans/import/"),
    ("administrator", "/audit/"),
    ("administrator", "/jobs/"),
    ("administrator", "/api/v1/docs/"),
]


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize(("name", "address"), PAGES)
def test_page(sign_in: Callable[..., Page], name: str | None, address: str, size: str) -> None:
    page = sign_in(name, size, anew=False)
    page.goto(address)
    if name:
        path = urlsplit(page.url).path
        assert path not in ("/accounts/login/", "/accounts/reauthenticate/"), "the session is over"
    page.wait_for_load_state("networkidle")
    faults = Axe().run(page)
    assert faults.violations_count == 0, faults.generate_report()
    assert page.locator("h1").count() == 1
    assert " – " in page.title()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], "wider than the screen"
