"""The quarterly paper: the officer begins it and writes, the manager returns it, signs it off and
issues it, the committee's member reads it on a phone and takes the file to print; and a correction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from .conftest import SIZES

PREPARED = 90_000
"""Milliseconds in which a worker prepares a paper, or makes its files, on a busy machine."""
RECOMMENDATION = "Cabinet is asked to note the report."
OURS = "What a person wrote of the quarter."
EDITED = "Repeat referrals are better than they were in January 2015."


def wait_for(page: Page, found: Locator) -> None:
    """Looks at the page again and again, as a person would, until something is there."""
    for _ in range(PREPARED // 1000):
        if found.count():
            return
        page.wait_for_timeout(1000)
        page.reload()
    expect(found.first).to_be_visible()


def is_clean(page: Page, address: str = "") -> None:
    """At a desk and on a phone: no fault that axe can find, nothing wider than the screen."""
    before = page.viewport_size
    for size in SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(address or page.url)
        page.wait_for_load_state("networkidle")
        faults = Axe().run(page)
        assert faults.violations_count == 0, f"{page.url}: {faults.generate_report()}"
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert before is not None
    page.set_viewport_size(before)


def begun(officer: Page) -> str:
    """The officer begins the paper and waits for its draft; its address."""
    officer.goto("/reports/new/")
    officer.get_by_label("Which paper").select_option("cabinet")
    officer.get_by_label("Financial year").select_option("2015")
    officer.get_by_label("Quarter", exact=True).select_option("4")
    officer.get_by_label("Author").fill("Head of Performance")
    officer.get_by_label("Contact officer").fill("performance@example.org")
    officer.get_by_role("button", name="Draft the paper").click()
    officer.wait_for_url(re.compile(r"/reports/\d+/$"))
    wait_for(officer, officer.get_by_role("heading", name="A. Key performance summary"))
    return officer.url


def test_a_paper_from_its_draft_to_the_committee(sign_in: Callable[..., Page]) -> None:
    officer, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member", "phone")

    # The officer begins it; the worker drafts it from the figures. The member finds nothing yet.
    address = begun(officer)
    is_clean(officer)
    is_clean(officer, "/reports/")
    expect(
        officer.get_by_role("link", name="Children’s services performance").first
    ).to_be_visible()
    member.goto(address)
    expect(member.get_by_role("main")).not_to_contain_text("Key performance summary")

    # Edits a sentence, leaves one out, writes one: the paper says so.
    is_clean(officer, f"{address}write/performance/")
    officer.get_by_label("Drafted paragraph 2").fill(EDITED)
    officer.get_by_label(re.compile("Leave it out: paragraph 4$")).check(force=True)
    officer.get_by_label("Paragraph 1 of your own").fill(OURS)
    officer.get_by_role("button", name="Save the section").click()
    main = officer.get_by_role("main")
    expect(main).to_contain_text(f"{EDITED} (edited by a person)")
    expect(main).to_contain_text(OURS)
    expect(main).not_to_contain_text("Children seen during assessment fell to 89.0% in February "
                                     "2015, 11.0 percentage points below the 100.0% target: red. "
                                     "That is")  # fmt: skip

    # Without a recommendation it is not sent; with one it is.
    officer.get_by_role("button", name="Send for review").click()
    expect(officer.get_by_role("main")).to_contain_text("Write the recommendation.")
    is_clean(officer, f"{address}cover/")
    officer.get_by_label("Recommendation").fill(RECOMMENDATION)
    officer.get_by_role("main").get_by_role("button", name=re.compile("^Save")).click()
    officer.get_by_role("button", name="Send for review").click()
    expect(officer.get_by_role("button", name="Sign it off")).to_have_count(0)

    # The manager returns it with a reason, which the officer reads, and sends it again.
    manager.goto(address)
    manager.get_by_text("Return it to its writers").click()
    manager.get_by_label("Why it goes back").fill("Say what it costs.")
    with manager.expect_navigation():
        manager.get_by_role("button", name="Return it").click()
    officer.goto(address)
    expect(officer.get_by_role("main")).to_contain_text("Say what it costs.")
    officer.get_by_role("button", name="Send for review").click()

    # The manager signs it off, and issues it once its files are made.
    manager.goto(address)
    manager.get_by_role("button", name="Sign it off").click()
    wait_for(manager, manager.get_by_role("button", name="Issue the paper"))
    manager.get_by_role("button", name="Issue the paper").click()
    expect(manager.get_by_role("main")).to_contain_text("The paper is issued.")

    # The member reads it on a phone, and downloads it.
    member.goto("/reports/")
    member.get_by_role("row", name="Quarter 4 of 2014/15").get_by_role("link").click()
    expect(member.get_by_role("main")).to_contain_text(OURS)
    is_clean(member)
    with member.expect_download() as downloading:
        member.get_by_role("link", name="PDF", exact=True).click()
    content = downloading.value.path().read_bytes()
    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    for words in (RECOMMENDATION, OURS, EDITED):
        assert words in " ".join(said.split())

    # The officer begins a correction: a second version, of which the member knows nothing yet.
    officer.goto(address)
    officer.get_by_text("Correct this paper").click()
    officer.get_by_label("What it corrects, and why").fill("A total was wrong.")
    officer.get_by_role("button", name="Begin a correction").click()
    wait_for(officer, officer.get_by_role("heading", name="A. Key performance summary"))
    expect(officer.get_by_role("main")).to_contain_text("A total was wrong.")
    expect(officer.get_by_role("main")).to_contain_text(OURS)
    member.goto(address)
    expect(member.get_by_role("main")).not_to_contain_text("A total was wrong.")
    again = member.request.get(f"{address.rstrip('/')}.pdf")
    assert again.body() == content
