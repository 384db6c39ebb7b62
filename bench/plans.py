"""The pages and the API of a plan, as a manager asks for them: a plan of a few actions, and one
that is larger than any council's."""

from datetime import date, timedelta

from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from bucks_cs.models import User
from bucks_cs.roles import Role
from improvement_plan import loading
from improvement_plan.models import Plan
from improvement_plan.sheets import Row, Sheets
from scorecard.models import Measure

from .national import Size
from .pages import queries, ratio_to_empty
from .table import Line

FEW, MANY = 10, 2_000
"""Actions."""
DIVISIONS, POSTS = 7, 40


@override_settings(ROOT_URLCONF="bench.urls", ALLOWED_HOSTS=["testserver"])
def measured(size: Size, many: int) -> list[Line]:
    client = Client()
    client.force_login(User.objects.get_or_create(username="bench", role=Role.MANAGER)[0])
    small, large = generate(FEW, size.last_month), generate(many, size.last_month)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does in service
    lines = []
    for name, address in addresses(large).items():
        of_few, of_many = queries(client, addresses(small)[name]), queries(client, address)
        lines += [
            Line(f"{name}: queries", of_many),
            Line(f"{name}: queries with {many:,} actions / with {FEW}", of_many / of_few, 1),
        ]
    time = ratio_to_empty(client, large.get_absolute_url())
    return [*lines, Line(f"Plan page, {many:,} actions: time / empty view", time)]


def addresses(plan: Plan) -> dict[str, str]:
    return {
        "Plan page": plan.get_absolute_url(),
        "Recommendations page": reverse("plan-recommendations", args=[plan.slug]),
        "Actions by the API": f"{reverse('api-actions')}?plan={plan.slug}&page_size=1000",
    }


def generate(actions: int, day: date) -> Plan:
    """A plan of so many actions, read at `day`; to every ten of them an objective, a success
    measure of the scorecard and a recommendation; to each two owners and two costs."""
    slug, tens = f"plan-of-{actions}", range(actions // 10)
    measures = list(Measure.objects.order_by("order").values_list("code", flat=True))
    plan = {"slug": slug, "title": slug, "short_title": slug, "division_word": "Priority"}
    of_division = [{"division": f"{ten % DIVISIONS}"} for ten in tens]
    rows = {
        "plan": [{**plan, "read_at": f"{day}"}],
        "posts": [{"title": f"Head of service {n}"} for n in range(POSTS)],
        "divisions": [{"key": f"{n}", "title": f"Priority {n}"} for n in range(DIVISIONS)],
        "objectives": [
            {"key": f"O{ten}", "title": f"Objective {ten}", **of_division[ten]} for ten in tens
        ],
        "success_measures": [
            {
                **{"key": f"M{ten}", "objective": f"O{ten}", "name": f"Measure {ten}"},
                **{"target": "95%", "current": "78%", "rag": "A", **of_division[ten]},
                "measure": measures[ten % len(measures)],
            }
            for ten in tens
        ],
        "recommendations": [
            {"ref": f"R{ten}", "source": "Inspectors", "text": f"Recommendation {ten}"}
            for ten in tens
        ],
        "mapping": [{"recommendation": f"R{ten}", **of_division[ten]} for ten in tens],
        **_actions(actions, day),
    }
    sheets = {
        sheet: [Row(n, row) for n, row in enumerate(found, 2)] for sheet, found in rows.items()
    }
    loading.load(Sheets(sheets), by=None)
    return Plan.objects.get(slug=slug)


def _actions(count: int, day: date) -> dict[str, list[dict[str, str]]]:
    """Due from a year before the day to a year after it."""
    return {
        "actions": [
            {
                **{
                    "key": f"A{n}",
                    "division": f"{n // 10 % DIVISIONS}",
                    "objective": f"O{n // 10}",
                },
                **{"text": f"Action {n}", "rag": "RAG"[n % 3]},
                "due": f"{day + timedelta(days=n * 7 % 730 - 365):%d/%m/%Y}",
                "owners": f"Head of service {n % POSTS} / Head of service {(n + 1) % POSTS}",
            }
            for n in range(count)
        ],
        "costs": [
            {"action": f"A{n}", "year": year, "kind": "one-off", "printed": "£40k"}
            for n in range(count)
            for year in ("2014/15", "2015/16")
        ],
        "answers": [
            {"recommendation": f"R{n // 10}", "action": f"A{n}", "basis": "printed"}
            for n in range(count)
        ],
    }
