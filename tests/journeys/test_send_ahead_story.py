"""The years ahead of plans: the manager brings in a county's files, sees what is to be expected and
how well that did before, builds a scenario of every kind of change, sets it beside the base, and
has its outcomes simulated; officers read it, and a member has the published record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page, expect

COUNTY, SCENARIO = "Plans of a journey", "Nearer home"
KINDS = ("transitions", "population", "states", "costs", "places")

CHANGES: list[tuple[str, dict[str, str], str]] = [
    (
        "More or fewer children join",
        {"How many or how often, in per cent of now": "90", "From which year": "2023"},
        "From 2023, 10% fewer children join.",
    ),
    (
        "Children leave or move more or less often",
        {
            "What happens": "They leave",
            "How many or how often, in per cent of now": "120",
            "From which year": "2023",
        },
        "From 2023, children leave 20% more often.",
    ),
    (
        "More or fewer children move between two settings",
        {
            "Setting": "Mainstream",
            "Goes to": "Independent",
            "How many or how often, in per cent of now": "50",
            "From which year": "2022",
        },
        "From 2022, 50% fewer children move from Mainstream to Independent.",
    ),
    (
        "A setting opens",
        {
            "Name of the new setting": "Local school",
            "For the same children as": "Independent",
            "How many of them, in per cent": "50",
            "Places": "60",
            "Pounds a year for a place": "24000",
            "From which year": "2023",
        },
        "From 2023, there is a new setting, Local school with 60 places at £24,000 a year: 50% of "
        "those who would come into Independent go there.",
    ),
    (
        "Children move from one setting to another",
        {
            "Setting": "Independent",
            "Goes to": "Local school",
            "How many of them, in per cent": "20",
            "Over how many years": "2",
            "From which year": "2023",
        },
        "From 2023, 20% of the children in Independent move to Local school over 2 years, and 20% "
        "of those who would come into Independent go to Local school instead.",
    ),
    (
        "A setting closes",
        {"Setting": "Resourced provision", "Goes to": "Mainstream", "From which year": "2024"},
        "From 2024, Resourced provision is closed: who is there, or would come, goes to "
        "Mainstream.",
    ),
    (
        "A place costs more or less",
        {
            "Setting": "Independent",
            "Its price, in per cent of now": "95",
            "From which year": "2024",
        },
        "From 2024, a place in Independent costs 5% less.",
    ),
    (
        "A setting has no more places than so many",
        {
            "Setting": "Special school",
            "Places": "1960",
            "Goes to": "Mainstream",
            "From which year": "2022",
        },
        "From 2022, Special school has 1,960 places: who would come in above them goes to "
        "Mainstream, where it takes them.",
    ),
    (
        "Inflation",
        {"By how many per cent prices rise a year": "2.5"},
        "Prices rise by 2.5% a year.",
    ),
]
"""Every kind of change: what is typed and chosen, and what it then says in words."""


@pytest.fixture
def county(tmp_path: Path) -> dict[str, Path]:
    """The invented county's files, as the command makes them."""
    call_command("make_send_data", str(tmp_path))
    return {kind: tmp_path / f"{kind}.csv" for kind in KINDS}


@pytest.fixture
def manager(sign_in: Callable[..., Page]) -> Iterator[Page]:
    """A manager, who at the end takes away the scenario and the data set of this journey: the
    service is that of all journeys."""
    page = sign_in("manager")
    yield page
    page.goto("/send/ahead/")
    if page.get_by_role("link", name=SCENARIO).count():
        page.get_by_role("link", name=SCENARIO).click()
        page.get_by_role("link", name="Change it").click()
        page.get_by_text("Delete this scenario").click()
        page.get_by_label("I am sure").check()
        page.get_by_role("button", name="Delete the scenario").click()
        expect(page.get_by_role("alert")).to_contain_text("is deleted")
    page.goto("/send/ahead/data/")
    held = page.get_by_role("listitem").filter(has_text=COUNTY)
    if held.count():
        held.get_by_text(f"Delete {COUNTY}").click()
        held.get_by_role("button", name="Delete it").click()
        expect(page.get_by_role("alert")).to_contain_text("is deleted")


def upload(page: Page, files: dict[str, Path]) -> None:
    page.goto("/send/ahead/data/")
    page.get_by_label("Name", exact=True).fill(COUNTY)
    for kind, path in files.items():
        page.get_by_label(re.compile(f"^{kind}", re.IGNORECASE)).set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()


def build(page: Page) -> None:
    """Every kind of change, one after the other; each says in words what it changes."""
    page.get_by_role("button", name="Build a scenario").click()
    for number, (kind, typed, said) in enumerate(CHANGES, start=1):
        page.get_by_label("Add a change").select_option(kind)
        page.get_by_role("button", name="Add", exact=True).click()
        change = page.get_by_role("group", name=f"Change {number}: {kind}")
        for label, value in typed.items():
            field = change.get_by_label(label, exact=True)
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.get_by_role("button", name="Show what comes of it").last.click()
        expect(change).to_contain_text(said)


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as found:
        page.get_by_role("link", name=link).click()
    assert "invented" in found.value.suggested_filename
    return found.value.path().read_bytes()


def simulate(page: Page) -> None:
    """Waits for as long as the service may take to start a job again whose worker has died."""
    page.get_by_role("button", name="Simulate 1,000 outcomes").click()
    page.get_by_role("link", name="See the result").click(timeout=300_000)


def fits(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    faults = Axe().run(page)
    assert faults.violations_count == 0, f"{address}: {faults.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{address} is wider than the screen"


@pytest.mark.worker
def test_a_county_is_projected_and_a_scenario_set_beside_it(
    sign_in: Callable[..., Page], manager: Page, county: dict[str, Path]
) -> None:
    # Files with a slip are told where it is, and nothing of them is kept.
    slip = county["states"].with_name("slip.csv")
    slip.write_text(county["states"].read_text().replace("Special school", "Moon base"))
    upload(manager, {**county, "states": slip})
    expect(manager.get_by_role("main")).to_contain_text("“Special school” is in no row")

    # The right ones are projected, and put to the test; everything says that it is invented.
    upload(manager, county)
    main = manager.get_by_role("main")
    expect(manager.get_by_role("heading", level=1)).to_contain_text("4,910 plans in 2021 become")
    expect(main).to_contain_text("Invented: every child, cost and place in this is made up")
    expect(main).to_contain_text("Projected from 2018, with what was known then")
    expect(main).to_contain_text(re.compile(r"Special school has too few places from \d{4} on"))

    # A scenario of every kind of change is built; what comes of it follows what is typed.
    build(manager)
    comes = manager.get_by_role("region", name="What comes of it")
    before = comes.get_by_role("heading", level=3).inner_text()
    manager.get_by_label("How many or how often, in per cent of now").first.fill("50")
    manager.get_by_label("How many or how often, in per cent of now").first.blur()
    expect(comes.get_by_role("heading", level=3)).not_to_have_text(before)
    expect(comes.locator("[data-plot] svg").first).to_be_visible()
    manager.get_by_label("How many or how often, in per cent of now").first.fill("90")

    # It is named and saved.
    manager.get_by_role("button", name="Save the scenario").click()
    expect(main).to_contain_text("Give the scenario a name.")
    manager.get_by_label("Name", exact=True).fill(SCENARIO)
    manager.get_by_role("button", name="Save the scenario").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text(SCENARIO)
    for _, _, said in CHANGES:
        expect(main).to_contain_text(said)
    expect(main).to_contain_text(re.compile("In 2026 there are [0-9,]+ plans fewer than in the"))
    address = manager.url

    # Its outcomes are simulated as a job, and so are the base's; then their bands are shown.
    simulate(manager)
    expect(manager.get_by_role("table", name="Outcomes in 2026", exact=True)).to_contain_text(
        "Cost of the year"
    )
    manager.goto("/send/ahead/")
    simulate(manager)
    expect(manager.get_by_role("heading", level=1)).to_contain_text("nine of ten outcomes lie from")
    assert b"4910" in downloaded(manager, "CSV file")
    assert downloaded(manager, "Excel workbook").startswith(b"PK")

    # It stands beside the base, and comes as a file.
    manager.get_by_role("link", name="Compare them with the base").click()
    beside = manager.get_by_role("table", name="Plans in 2026, by setting")
    expect(beside).to_contain_text(re.compile(f"Base\\s*{SCENARIO}"))
    expect(beside.get_by_role("row", name="Local school")).to_contain_text("–")
    assert f"{SCENARIO},2026,Local school,All,".encode() in downloaded(manager, "CSV file")

    # Every page of it is right at a desk and on a phone.
    ahead = ("/send/ahead/", "/send/ahead/compare/", address)
    for size in ("desk", "phone"):
        reader = sign_in("officer", size)
        for page in ahead:
            fits(reader, page)
        expect(reader.get_by_role("link", name="Change it")).to_have_count(0)
        builder = sign_in("manager", size)
        for page in (f"{address}edit/", "/send/ahead/data/"):
            fits(builder, page)

    # A member has what is published: how many plans there are, and no projection.
    member = sign_in("member", "phone")
    member.goto("/send/")
    expect(member.get_by_role("heading", level=1)).to_contain_text("4,910 children")
    expect(member.get_by_role("link", name="The years ahead")).to_have_count(0)
    for page in (*ahead, "/send/ahead.csv"):
        response = member.goto(page)
        assert response is not None
        assert response.status == 403
