"""The quarterly paper: the officer begins it and writes, the manager signs it off and issues it,
the committee's member reads it on a phone and takes the file to print."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PREPARED = 90_000
"""Milliseconds in which a worker prepares a paper, or makes its files, on a busy machine."""


def wait_for(page: Page, found: Locator) -> None:
    """Looks at the page again and again, as a person would, until something is there."""
    for _ in range(PREPARED // 1000):
        if found.count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(found.first).to_be_visible()


def test_a_paper_from_its_draft_to_the_committee(sign_in: Callable[..., Page]) -> None:
    officer, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member", "phone")

    # The officer begins it; the worker drafts it from the figures.
    officer.goto("/reports/new/")
    officer.get_by_label("Which paper").select_option("cabinet")
    officer.get_by_label("Financial year").select_option("2015")
    officer.get_by_label("Quarter", exact=True).select_option("4")
    officer.get_by_label("Title").fill("Children’s services performance")
    officer.get_by_label("Author").fill("Head of Performance")
    officer.get_by_label("Contact officer").fill("performance@example.org")
    officer.get_by_role("button", name="Draft the paper").click()
    officer.wait_for_url(re.compile(r"/reports/\d+/$"))
    address = officer.url
    wait_for(officer, officer.get_by_role("heading", name="A. Key performance summary"))
    member.goto(address)
    expect(member.get_by_role("heading", level=1)).not_to_contain_text("performance")

    # The officer says what is recommended, writes over a sentence, and sends it.
    officer.goto(f"{address}cover/")
    officer.get_by_label("Recommendation").fill("Cabinet is asked to note the report.")
    officer.get_by_role("main").get_by_role("button", name=re.compile("^Save")).click()
    officer.goto(f"{address}write/performance/")
    officer.locator("[name=own]").first.fill("What a person wrote of the quarter.")
    officer.get_by_role("button", name="Save the section").click()
    expect(officer.get_by_role("main")).to_contain_text("What a person wrote of the quarter.")
    officer.get_by_role("button", name="Send for review").click()

    # The manager signs it off, and issues it once its files are made.
    manager.goto(address)
    manager.get_by_role("button", name="Sign it off").click()
    wait_for(manager, manager.get_by_role("button", name="Issue the paper"))
    manager.get_by_role("button", name="Issue the paper").click()
    expect(manager.get_by_role("main")).to_contain_text("The paper is issued.")

    # The member reads it on a phone, and downloads it.
    member.goto("/reports/")
    member.locator("main").get_by_text("Quarter 4 of 2014/15").first.click()
    expect(member.get_by_role("main")).to_contain_text("What a person wrote of the quarter.")
    assert member.evaluate("document.documentElement.scrollWidth") <= 375
    pdf = member.request.get(f"{address.rstrip('/')}.pdf")
    assert pdf.body().startswith(b"%PDF")
