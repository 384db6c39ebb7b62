"""An owner reports an action late, the manager questions it, the committee's member finds it on
the golden thread: before the running service, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

ACTION = "/plans/improvement-plan/actions/2.2.9/"


def test_a_late_action_is_reported_questioned_answered_and_found(
    sign_in: Callable[..., Page],
) -> None:
    owner, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member", "phone")

    # The owner finds the action among their own, and begins a report that says too little.
    owner.goto("/plans/mine/")
    expect(owner.get_by_role("heading", level=1)).to_contain_text(
        re.compile(r"of your \d+ actions")
    )
    owner.goto(f"{ACTION}report/")
    owner.get_by_label(re.compile("^Red")).check(force=True)
    owner.get_by_label("What has been done").fill("Visits are late in two teams of six.")
    owner.get_by_role("button", name="Save and send to the manager").click()
    expect(owner.get_by_role("alert")).to_contain_text("Say why it is red.")
    expect(owner.get_by_label("What has been done")).to_have_value(re.compile("two teams of six"))

    owner.get_by_label("Why it is amber or red").fill("Five posts are empty.")
    owner.get_by_label("What happens next").fill("Three people begin in April.")
    owner.get_by_role("button", name="Save and send to the manager").click()
    expect(owner.get_by_role("main")).to_contain_text("Sent to the manager.")

    # The manager asks; nothing has changed for anybody else yet.
    manager.goto("/plans/decide/")
    manager.get_by_role("link", name=re.compile("visited regularly")).first.click()
    manager.get_by_label(re.compile("ask|why", re.IGNORECASE)).fill(
        "By when will the teams be full?"
    )
    with manager.expect_navigation():
        manager.get_by_role("button", name="Return it").click()
    member.goto(ACTION)
    expect(member.get_by_role("main")).not_to_contain_text("two teams of six")

    # The owner answers in the report; the manager agrees.
    owner.goto(f"{ACTION}report/")
    expect(owner.get_by_role("main")).to_contain_text("By when will the teams be full?")
    owner.get_by_label("What happens next").fill("Three people begin in April, two in May.")
    with owner.expect_navigation():
        owner.get_by_role("button", name="Save and send to the manager").click()
    manager.goto("/plans/decide/")
    manager.get_by_role("link", name=re.compile("visited regularly")).first.click()
    manager.get_by_role("button", name=re.compile("^Approve")).click()
    expect(manager.get_by_role("alert")).to_contain_text("stands as reported")

    # The member goes from the inspectors' recommendation to the action and what was said of it.
    member.goto("/plans/improvement-plan/recommendations/A08/")
    expect(member.get_by_role("main")).to_contain_text("seen alone")
    member.get_by_role("link", name=re.compile("visited regularly")).first.click()
    expect(member).to_have_url(re.compile(ACTION))
    expect(member.get_by_role("main")).to_contain_text("Five posts are empty.")
    expect(member.get_by_role("main")).to_contain_text("two in May")
    width = member.evaluate("document.documentElement.scrollWidth")
    assert width <= 375


def test_a_manager_begins_and_publishes_the_months_report(sign_in: Callable[..., Page]) -> None:
    manager, member = sign_in("manager"), sign_in("member")

    manager.goto("/plans/improvement-plan/reports/")
    manager.get_by_role("button", name=re.compile("Begin the report for March 2015")).click()
    manager.get_by_label(re.compile("^Status summary")).fill("Visits are late in two teams.")
    with manager.expect_navigation():
        manager.get_by_role("button", name=re.compile("^Save")).first.click()
    member.goto("/plans/improvement-plan/reports/")
    expect(member.get_by_role("main")).to_contain_text("February 2015")
    expect(member.get_by_role("main")).not_to_contain_text("Draft")

    manager.get_by_role("button", name="Look it over and publish").click()
    manager.get_by_role("button", name=re.compile("^Publish")).click()
    expect(manager.get_by_role("main")).to_contain_text("published")

    member.goto("/plans/improvement-plan/reports/2015-03/")
    expect(member.get_by_role("main")).to_contain_text("Visits are late in two teams.")
    member.goto("/plans/improvement-plan/")
    expect(member.get_by_role("main")).to_contain_text(re.compile("Since .*March 2015"))
