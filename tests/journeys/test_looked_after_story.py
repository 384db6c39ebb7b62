"""Statutory files become figures: the officer uploads a council's returns, looks into a figure and
sends the month to the manager; the committee's member sees what is published, and no child."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lac.invented import County, files

from .test_send_ahead_story import fits
from .test_three_people import NOT_IN, TYPED, field

COUNTY = files(County(looked_after=60, years=2, last_year=2014))
"""Before the months of the other stories: what is published here is not the latest there."""
POSTCODES = "postcodes.csv"


def zipped(of: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in of.items():
            if name != POSTCODES:
                archive.writestr(name, content)
    return held.getvalue()


def upload(page: Page, of: dict[str, bytes]) -> None:
    page.goto("/lac/returns/upload/")
    archive = {"name": "returns.zip", "mimeType": "application/zip", "buffer": zipped(of)}
    page.get_by_label("The SSDA903 files").set_input_files(archive)
    places = {"name": POSTCODES, "mimeType": "text/csv", "buffer": of[POSTCODES]}
    page.get_by_label("A postcode file (optional)").set_input_files(places)
    page.get_by_role("button", name="Upload and check").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile("returns? loaded|Nothing was loaded"), timeout=180_000)


def publish_march(officer: Page, manager: Page) -> None:
    """The scorecard's own measures have no figure of that month, but the one that is counted."""
    officer.goto("/enter/2014-03/")
    for name in [name for name, *_ in TYPED if "20 miles" not in name] + [NOT_IN]:
        field(officer, "No figure because", name).select_option(label="Not available")
    field(officer, "Commentary", "Placed within 20 miles").fill("Carers are sought near home.")
    officer.get_by_role("button", name="Submit all that are ready").first.click()
    expect(officer.get_by_role("alert")).to_contain_text("figures submitted")
    manager.goto("/decide/2014-03/")
    manager.get_by_role("button", name=re.compile("^Approve all")).click()
    manager.get_by_role("button", name="Look it over and publish").click()
    manager.get_by_role("button", name="Publish March 2014").click()
    expect(manager.get_by_role("main")).to_contain_text("March 2014 is published")


@pytest.mark.worker
def test_returns_are_checked_counted_and_put_into_the_scorecard(
    sign_in: Callable[..., Page],
) -> None:
    officer, manager, member = sign_in("officer"), sign_in("manager"), sign_in("member", "phone")

    # A file with a slip is told where and why, and nothing of it is kept.
    name = next(name for name in COUNTY if name.lower().endswith("episodes.csv"))
    lines = COUNTY[name].decode().splitlines()
    spoilt = [lines[0], re.sub(r"\d\d/\d\d/\d{4}", "31/02/2013", lines[1], count=1), *lines[2:]]
    upload(officer, {**COUNTY, name: "\n".join(spoilt).encode()})
    expect(officer.get_by_role("main")).to_contain_text("31/02/2013")
    officer.goto("/lac/figures/")
    expect(officer.get_by_role("main")).not_to_contain_text("March 2014")

    # The right ones are counted; the officer sees which children make up a figure, by pseudonym.
    upload(officer, COUNTY)
    officer.goto("/lac/figures/2014-03/")
    expect(officer.get_by_role("main")).to_contain_text("looked after on 31 March 2014")
    officer.goto("/lac/figures/2014-03/cla/")
    expect(officer.get_by_role("main")).to_contain_text("INVENTED")
    officer.goto("/lac/figures/2014-03/")
    officer.get_by_role("button", name="Put March 2014 into the scorecard").click()
    expect(officer.get_by_role("alert")).to_be_visible()

    # Somebody else approves.
    manager.goto("/decide/2014-03/")
    manager.get_by_role("button", name=re.compile("^Approve all")).click()
    expect(manager.get_by_role("main")).to_contain_text("approved")

    # A member has the published record, and neither the children nor what is not published.
    member.goto("/measures/cla-by-placement/")
    expect(member.get_by_role("main")).not_to_contain_text("March 2014")
    publish_march(officer, manager)
    member.goto("/measures/cla-by-placement/")
    parts = member.get_by_role("region", name=re.compile("parts", re.I))
    expect(parts).to_contain_text("Hidden: a small number")
    expect(parts.get_by_role("row", name=re.compile("Foster carer: other"))).to_contain_text(
        re.compile(r"\d\d")
    )
    member.goto("/lac/")
    assert member.evaluate("document.documentElement.scrollWidth") <= 375
    for address in ("/lac/figures/2014-03/cla/", "/lac/returns/", "/lac/ahead/"):
        response = member.goto(address)
        assert response is not None
        assert response.status == 403

    # The years ahead follow from the returns.
    manager.goto("/lac/ahead/")
    expect(manager.get_by_role("main")).to_contain_text(re.compile(r"\d+ children"))

    # With what the returns say in them, too, every page is whole at a desk and on a phone.
    for page in (manager, sign_in("officer", "phone")):
        for address in WITH_CHILDREN:
            fits(page, address)


WITH_CHILDREN = (
    *("/lac/", "/lac/sufficiency/", "/lac/returns/", "/lac/figures/", "/lac/figures/2014-03/"),
    *("/lac/figures/2014-03/cla/", "/lac/ahead/", "/lac/ahead/compare/"),
)
