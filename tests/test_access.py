"""No page is open by oversight: each says which permission it needs, or is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bucks_cs import views
from bucks_cs.roles import May

# The law asks for the statement; the others say no more than that there is nothing.
OPEN = {views.accessibility, views.closed}


def pages(resolver: URLResolver) -> Iterator[Callable[..., Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.callback
        else:
            yield from pages(entry)


def ours() -> set[Callable[..., Any]]:
    rooms = tuple(
        f"{app}.views"
        for app in ("bucks_cs", "scorecard", "improvement_plan", "lac", "send", "reports")
    )
    return {page for page in pages(get_resolver()) if page.__module__.startswith(rooms)}


def test_every_page_says_which_permission_it_needs() -> None:
    assert len(ours()) > 10
    for page in ours() - OPEN:
        permission = getattr(page, "permission", None)
        assert isinstance(permission, May), f"{page.__module__}.{page.__name__}"


def test_every_permission_guards_something() -> None:
    guarded = {getattr(page, "permission", None) for page in ours()}
    # Asked within pages, services and the API, of what is shown and done there.
    within = {May.SEE_UNPUBLISHED, May.SEE_SMALL_NUMBERS}

    assert set(May) - within <= guarded


def test_the_pages_that_show_children_ask_for_that() -> None:
    from lac.views import figures, returns

    shown = {page for page in ours() if page.__module__ in (figures.__name__, returns.__name__)}
    assert len(shown) == 8
    assert {getattr(page, "permission", None) for page in shown} == {May.SEE_CHILDREN}
