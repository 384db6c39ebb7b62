"""Requests for plans become figures, and figures a finding: the officer counts a list, the manager
approves, the committee's member reads on a phone how many plans came in time, and no child."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

HEAD = "Reference,Received,Source,Decided,Decision,No plan,Final plan,Exception"
IN_TIME = [f"R{n},10/09/2014,School,01/10/2014,assess,,20/01/2015,no" for n in range(30)]
LATE = [f"L{n},10/08/2014,Parent,01/10/2014,assess,,20/01/2015,no" for n in range(10)]
APART = [f"E{n},10/08/2014,Parent,01/10/2014,assess,,21/01/2015,yes" for n in range(8)]


def upload(page: Page, *rows: str, head: str = HEAD) -> None:
    page.goto("/send/timeliness/upload/")
    content = "\n".join([head, *rows]).encode()
    page.get_by_label("The list of requests").set_input_files(
        {"name": "requests.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload and count").click()


def test_a_list_of_requests_becomes_a_finding(sign_in: Callable[..., Page]) -> None:
    officer, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member", "phone")

    # A list that names a child is not taken, and one with a slip is told where it is.
    upload(officer, *IN_TIME, head=HEAD.replace("Source", "Surname"))
    expect(officer.get_by_role("main")).to_contain_text("a list names no child")
    upload(officer, IN_TIME[0].replace("10/09/2014", "31/02/2015"))
    expect(officer.get_by_role("main")).to_contain_text("Row 2, received")

    # The right one is counted, looked at, and put into the scorecard.
    upload(officer, *IN_TIME, *LATE, *APART)
    expect(officer.get_by_role("heading", level=1)).to_have_text("48 requests, counted")
    row = officer.get_by_role("row", name=re.compile("^January 2015"))
    expect(row).to_contain_text(re.compile(r"40\s*30\s*8"))
    officer.get_by_role("button", name="Put them into the scorecard").click()
    expect(officer.get_by_role("main")).to_contain_text("sent to a manager")

    # The manager approves what waits.
    manager.goto("/decide/2015-01/")
    expect(manager.get_by_role("main")).to_contain_text("EHC plans issued in 20 weeks")
    with manager.expect_navigation():
        manager.get_by_role("button", name=re.compile("^Approve all")).first.click()
    officer.goto("/send/timeliness/")
    expect(officer.get_by_role("heading", level=1)).to_contain_text(
        "30 of 40 plans were issued within 20 weeks (75.0%)"
    )

    # The member reads what is published, on a phone.
    member.goto("/send/")
    expect(member.get_by_role("heading", level=1)).to_contain_text("4,910 children")
    member.get_by_role("link", name="Money", exact=True).first.click()
    expect(member.get_by_role("heading", level=1)).to_contain_text("£455 a pupil in 2015/16")
    member.goto("/send/timeliness/upload/")
    expect(member.get_by_role("heading", level=1)).not_to_contain_text("Count a list")
