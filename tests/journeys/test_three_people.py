"""March 2015, from an empty form to the committee: told by the officer, the manager and the
member, each in a browser of their own, before the running service and its worker."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

MARCH = "2015-03"

# Measure, value typed, and the rating that the rule gives it.
TYPED = [
    ("Repeat referrals", "24.0", "Green"),
    ("Assessments in 45 days", "71.5", "Red"),
    ("Children seen during assessment", "97.0", "Amber"),
    ("Initial health assessments in 28 days", "35.0", "Red"),
    ("Pathway plans, 16 to 18 in care", "100", "Green"),
    ("Placed within 20 miles of home", "46.0", "Red"),
    ("Child protection conferences in 15 days", "70", "Green"),
]
NOT_IN = "Pathway plans, care leavers"


def field(page: Page, label: str, measure: str) -> Locator:
    return page.get_by_label(re.compile(f"^{label}.*{measure}"))


def test_a_month_is_entered_returned_approved_published_read_and_revised(
    sign_in: Callable[..., Page],
) -> None:
    officer, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member")

    # The member sees nothing of a month that is not published, but what papers print of it.
    member.goto(f"/?month={MARCH}")
    expect(member.get_by_role("main")).to_contain_text("has not been published")
    expect(member.get_by_role("main")).to_contain_text("not in yet")

    # The officer types the month; the rating shows before anything is saved.
    officer.goto(f"/enter/{MARCH}/")
    for measure, value, rating in TYPED:
        field(officer, "Value", measure).fill(value)
        field(officer, "Value", measure).press("Tab")
        row = officer.locator("tr.entry__row", has_text=measure).first
        expect(row.locator(".rag")).to_contain_text(rating)
    officer.get_by_role("button", name="Submit all that are ready").first.click()

    # Amber and red wait for words, and say so.
    expect(officer.get_by_role("alert")).to_contain_text("3 figures submitted")
    expect(officer.get_by_role("alert")).to_contain_text("4 drafts are not ready")
    for measure, _, rating in TYPED:
        if rating != "Green":
            field(officer, "Commentary", measure).fill(f"{measure}: an extra team began in March.")
    field(officer, "No figure because", NOT_IN).select_option(label="Not available")
    officer.get_by_role("button", name="Submit all that are ready").first.click()
    expect(officer.get_by_role("alert")).to_contain_text("5 figures submitted")

    # The manager returns one with a reason, and approves the rest. Without a month the page is of
    # the earliest that waits, which may be of another story.
    manager.goto("/decide/")
    expect(manager.get_by_role("main")).to_contain_text("March 2015")
    manager.goto(f"/decide/{MARCH}/")
    manager.get_by_label("Placed within 20 miles of home", exact=True).check(force=True)
    question = "Do you count the move of 3 March?"
    manager.get_by_label("To return the ticked figures, say why").fill(question)
    manager.get_by_role("button", name="Return ticked").click()
    manager.get_by_role("button", name=re.compile("^Approve all 7")).click()
    expect(manager.get_by_role("main")).to_contain_text("It cannot be published yet")

    # The officer sees why, mends it and submits again.
    officer.goto(f"/enter/{MARCH}/")
    expect(officer.get_by_role("main")).to_contain_text(question)
    field(officer, "Value", "Placed within 20 miles of home").fill("46.5")
    officer.get_by_role("button", name="Submit all that are ready").first.click()
    expect(officer.get_by_role("alert")).to_contain_text("1 figure submitted")

    manager.goto(f"/decide/{MARCH}/")
    manager.get_by_role("button", name=re.compile("^Approve all 1")).click()
    manager.get_by_role("button", name="Look it over and publish").click()
    manager.get_by_role("button", name="Publish March 2015").click()
    expect(manager.get_by_role("main")).to_contain_text("March 2015 is published")

    # The member finds it on the first page.
    member.goto("/")
    expect(member.get_by_role("heading", level=1)).to_contain_text("March 2015")
    table = member.locator("table.scorecard").first
    expect(table.locator("tr", has_text="Assessments in 45 days")).to_contain_text("71.5%")
    member.get_by_role("link", name="Assessments in 45 days").first.click()
    expect(member.locator("[data-plot] svg").first).to_be_visible()
    expect(member.get_by_role("main")).to_contain_text("an extra team began in March")

    # A later revision needs a reason, and what was published stays as it was.
    officer.goto(f"/enter/{MARCH}/")
    field(officer, "Value", "Repeat referrals").fill("26.5")
    field(officer, "Commentary", "Repeat referrals").fill("Twelve late records.")
    officer.get_by_label(re.compile("^Why the approved figure is revised.*Repeat")).fill(
        "Late records were added."
    )
    officer.get_by_role("button", name="Submit all that are ready").first.click()
    expect(officer.get_by_role("alert")).to_contain_text("1 figure submitted")
    manager.goto(f"/decide/{MARCH}/")
    manager.get_by_role("button", name=re.compile("^Approve all 1")).click()

    # The worker recomputes: the page says so when it has.
    for _ in range(40):
        member.goto("/")
        row = member.locator("table.scorecard").first.locator("tr", has_text="Repeat referrals")
        if "26.5%" in row.inner_text() and "Amber" in row.inner_text():
            break
        member.wait_for_timeout(500)
    expect(row).to_contain_text("26.5%")
    expect(row).to_contain_text("Amber")
    expect(member.get_by_role("main")).to_contain_text(re.compile("revised since", re.I))
    member.goto(f"/?month={MARCH}&edition=1")
    row = member.locator("table.scorecard").first.locator("tr", has_text="Repeat referrals")
    expect(row).to_contain_text("24.0%")


def test_what_was_typed_survives_signing_out(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer")
    page.goto("/enter/2015-04/")
    field(page, "Value", "Repeat referrals").fill("31.0")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save drafts").first.click()
    page.wait_for_url(re.compile("login"))
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password", exact=True).fill("children-first-2015")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(field(page, "Value", "Repeat referrals")).to_have_value("31.0")


def test_a_month_can_be_entered_without_javascript(sign_in: Callable[..., Page]) -> None:
    page = sign_in("officer", java_script_enabled=False)
    page.goto("/enter/2015-05/")
    field(page, "Value", "Repeat referrals").fill("24")
    page.get_by_role("button", name="Check").first.click()
    row = page.locator("tr.entry__row", has_text="Repeat referrals").first
    expect(row.locator(".rag")).to_contain_text("Green")
    page.get_by_role("button", name="Save drafts").first.click()
    expect(field(page, "Value", "Repeat referrals")).to_have_value(re.compile(r"^24(\.0)?$"))


def paste(place: Locator, text: str) -> None:
    place.evaluate(
        """(place, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            place.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
            );
        }""",
        text,
    )


def test_a_column_copied_from_a_spreadsheet_fills_the_rows_below(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("officer")
    page.goto("/enter/2015-06/")
    first = field(page, "Value", "Repeat referrals")
    paste(first, "24.0\r\n80.5\r\n91.0\r\n")
    expect(first).to_have_value("24.0")
    expect(field(page, "Value", "Assessments in 45 days")).to_have_value("80.5")
    expect(field(page, "Value", "Children seen during assessment")).to_have_value("91.0")


def test_a_block_whose_words_have_several_lines_stays_in_its_rows(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("officer")
    page.goto("/enter/2015-06/")
    paste(
        field(page, "Value", "Repeat referrals"),
        '31\t\t"A first line.\nA ""second""."\r\n'
        '\tnot available\tplain "words"\r\n'
        "91\tunsaid\t\r\n",
    )
    expect(field(page, "Commentary", "Repeat referrals")).to_have_value(
        'A first line.\nA "second".'
    )
    second = "Assessments in 45 days"
    expect(field(page, "Value", second)).to_have_value("")
    expect(field(page, "No figure because", second)).to_have_value("not_available")
    expect(field(page, "Commentary", second)).to_have_value('plain "words"')
    expect(field(page, "Value", "Children seen during assessment")).to_have_value("91")
    expect(page.get_by_role("status").first).to_contain_text("8 of 9 pasted cells filled in")


def test_what_a_reload_puts_back_does_not_replace_what_somebody_saved_meanwhile(
    sign_in: Callable[..., Page],
) -> None:
    mine, theirs = sign_in("officer"), sign_in("manager")
    mine.goto("/enter/2015-07/")
    field(mine, "Value", "Repeat referrals").fill("31")
    theirs.goto("/enter/2015-07/?all=1")
    field(theirs, "Value", "Repeat referrals").fill("24")
    theirs.get_by_role("button", name="Save drafts").click()
    expect(theirs.get_by_role("alert")).to_contain_text("1 draft saved")

    mine.reload()
    expect(field(mine, "Value", "Repeat referrals")).to_have_value("31")
    row = mine.locator("tr.entry__row", has_text="Repeat referrals").first
    expect(row.locator(".rag")).to_contain_text("Red")
    mine.get_by_role("button", name="Save drafts").click()
    both = mine.locator("tr.entry__conflict")
    expect(both).to_contain_text("24.0%")
    expect(both).to_contain_text("31.0%")
