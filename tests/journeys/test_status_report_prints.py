"""The board reads its status report on paper: two sheets of A4."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

REPORT = "/plans/improvement-plan/reports/2015-02/"


def test_the_report_of_february_2015_prints_on_two_pages(sign_in: Callable[..., Page]) -> None:
    page = sign_in("member")
    page.goto(REPORT)
    page.wait_for_load_state("networkidle")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2


def test_what_is_printed_says_what_it_is_and_leaves_the_controls_out(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("member")
    page.goto(REPORT)
    page.emulate_media(media="print")
    assert page.get_by_text("Printed in the paper of 7 April 2015").first.is_visible()
    assert page.get_by_role("heading", name="Key risks and issues").is_visible()
    assert not page.get_by_text("Download the report").is_visible()
    achievements = page.get_by_role("heading", name="Developments, achievements").bounding_box()
    targets = page.get_by_role("heading", name="Targets for the next period").bounding_box()
    assert achievements and targets and achievements["y"] == targets["y"]
