"""A scenario as it is built, of whichever room: its changes as they are typed, and its page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect

from .lib.changes import Change, Problem, Rules, Typed, arranged
from .refusals import Refused
from .roles import SignedInRequest
from .scenarios import MOST_CHANGES, Kept, KeptScenario, NameTaken, ScenarioConflict

GONE = "Somebody has deleted this scenario. What you typed is still here: saved, it is a new one."

# ---- what is typed -----------------------------------------------------------------


class NameForm(forms.Form):
    """What a scenario is called; needed once it is saved."""

    name = forms.CharField(
        label="Name",
        help_text="What you would call it in a meeting.",
        max_length=KeptScenario._meta.get_field("name").max_length,
        error_messages={"required": "Give the scenario a name."},
    )


class ChangeForm(forms.Form):
    """One change. `number` is its place in the scenario, from 1; unless it is `checked`, what is
    wrong with it is not said yet."""

    rules: Rules
    choose_one: str
    """What to say where a change has both or none of two fields."""

    def __init__(self, number: int, typed: Typed, *, checked: bool) -> None:
        self.kind, values = typed
        self.number = number
        prefix = f"change{number}"
        data = {f"{prefix}-{name}": value for name, value in values.items()}
        super().__init__(data if checked else None, prefix=prefix, initial=values)
        for name in self.rules.fields[self.kind]:
            self.fields[name] = self.field(name)

    def field(self, name: str) -> forms.Field:
        """A field of a change, in words. What is missing is the rules' to say."""
        raise NotImplementedError

    def problems(self, change: Change) -> list[Problem]:
        raise NotImplementedError

    def kept(self, name: str, value: Any) -> Any:
        """What is typed, as it is kept."""
        return value

    @property
    def kind_label(self) -> str:
        return self.rules.kinds[self.kind]

    def clean(self) -> dict[str, Any]:
        """The rules say what is missing or wrong, at the field."""
        given = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in self.problems(self._change(given)):
                field = problem.field or self.rules.either[self.kind][0]
                self.add_error(field, self._in_words(problem.text))
        return given

    @property
    def change(self) -> Change | None:
        """What it says; None while something is wrong with it. Only of one that is checked."""
        return self._change(self.cleaned_data) if self.is_valid() else None

    def _change(self, given: Mapping[str, Any]) -> Change:
        """A change as it is kept: without the fields that are empty."""
        said = {name: value for name, value in given.items() if value not in (None, "", [])}
        return {"kind": self.kind} | {name: self.kept(name, value) for name, value in said.items()}

    def _in_words(self, text: str) -> str:
        if text.startswith("Must have either"):
            return self.choose_one
        return "Fill this in." if text == "Is missing." else text


def typed_of(
    changes: Sequence[Change], rules: Rules, typed: Callable[[str, Any], Any]
) -> list[Typed]:
    """Kept changes as somebody would type them; `typed` says a field's value so."""
    return [
        (
            change["kind"],
            {
                name: typed(name, change[name]) if name in change else _empty(name, rules)
                for name in rules.fields[change["kind"]]
            },
        )
        for change in changes
    ]


def _empty(name: str, rules: Rules) -> Any:
    return [] if name in rules.many else ""


def typed_in(data: QueryDict, rules: Rules) -> list[Typed]:
    """The changes that a form sends, whatever is in them; of no kind that there is not."""
    return [
        (
            kind,
            {
                name: data.getlist(key) if name in rules.many else data.get(key, "")
                for name in rules.fields[kind]
                for key in [f"change{number}-{name}"]
            },
        )
        for number, kind in enumerate(data.getlist("kind")[: MOST_CHANGES + 1], start=1)
        if kind in rules.fields
    ]


# ---- the page ----------------------------------------------------------------------

Form = TypeVar("Form", bound=ChangeForm)


class Builder(ABC, Generic[Kept, Form]):
    """The page on which a scenario is built: each button sends the whole form, and what comes of
    it is shown. A room says what is its own."""

    model: type[Kept]
    rules: Rules
    section: str
    """The view of the base: where a deleted scenario leads to."""
    edit_view: str
    cannot_save = ""
    """Why nothing can be saved now, where that is so."""

    @abstractmethod
    def typed_of(self, changes: Sequence[Change]) -> list[Typed]:
        """Kept changes as somebody would type them."""

    @abstractmethod
    def forms(self, typed: Sequence[Typed], *, checked: bool) -> list[Form]:
        """A form a change."""

    @abstractmethod
    def answer(self, changes: Sequence[Change]) -> dict[str, Any]:
        """What comes of the changes that are complete, for the page."""

    @abstractmethod
    def save(self, name: str, changes: Sequence[Change]) -> Kept: ...

    @abstractmethod
    def delete(self, scenario: Kept) -> None: ...

    @abstractmethod
    def page(self, context: dict[str, Any], *, status: int) -> HttpResponse: ...

    def __init__(self, request: SignedInRequest, pk: int | None) -> None:
        self.request = request
        found = self.model._default_manager.select_related("by").filter(pk=pk)
        self.one = found.first() if pk else None
        if pk and self.one is None and request.method == "GET":
            raise Http404("There is no such scenario.")
        self.seen = request.POST.get("seen", "")
        self.name = NameForm(initial={"name": request.POST.get("name", "")})
        self.typed = typed_in(request.POST, self.rules)

    def response(self) -> HttpResponse:
        if self.request.method == "GET":
            if self.one:
                self.typed = self.typed_of(self.one.changes)
                self.name = NameForm(initial={"name": self.one.name})
                self.seen = str(self.one.version)
            return self._page()
        do = self.request.POST.get("do", "show")
        self.typed = arranged(self.typed, do, self.request.POST.get("add", ""), self.rules.fields)
        if self.seen and self.one is None:
            self.seen = ""
            return self._page(refusal=GONE, status=409)
        if do == "delete" and self.one:
            return self._delete(self.one)
        if self.cannot_save:
            return self._page(refusal=self.cannot_save, status=409)
        return self._save() if do == "save" else self._page(checked=do == "show")

    def _save(self) -> HttpResponse:
        self.name = NameForm(self.request.POST)
        changes = [form.change for form in self.forms(self.typed, checked=True)]
        whole = [change for change in changes if change]
        status, refusal, theirs = 422, "", None
        if self.name.is_valid() and len(whole) == len(changes):
            try:
                saved = self.save(self.name.cleaned_data["name"], whole)
            except ScenarioConflict as conflict:
                theirs, status = conflict.theirs, 409
                self.seen = str(theirs.version)
                refusal = f"{conflict} What you typed is still here; what they saved is below it."
            except NameTaken as taken:
                self.name.add_error("name", str(taken))
            except Refused as refused:
                refusal = str(refused)
            else:
                messages.success(self.request, f"“{saved}” is saved.")
                return redirect(saved)
        return self._page(checked=True, refusal=refusal, theirs=theirs, status=status)

    def _delete(self, one: Kept) -> HttpResponse:
        if "sure" not in self.request.POST:
            refusal = "To delete the scenario, tick that you are sure."
            return self._page(refusal=refusal, status=422)
        try:
            self.delete(one)
        except Refused as refused:
            messages.error(self.request, str(refused))
            return redirect(self.edit_view, one.pk)
        messages.success(self.request, f"“{one}” is deleted.")
        return redirect(self.section)

    def _page(
        self,
        *,
        checked: bool = False,
        refusal: str = "",
        theirs: KeptScenario | None = None,
        status: int = 200,
    ) -> HttpResponse:
        read = self.forms(self.typed, checked=True)
        changes = [form.change for form in read]
        forms = read if checked else self.forms(self.typed, checked=False)
        words = self.rules.words
        context = {
            "scenario": self.one,
            "form": self.name,
            "forms": [
                (form, words(change) if change else "")
                for form, change in zip(forms, changes, strict=True)
            ],
            "kinds": list(self.rules.kinds.items()),
            "seen": self.seen,
            "theirs": theirs,
            "their_sentences": [words(change) for change in theirs.changes] if theirs else [],
            "errors": _errors(forms) + ([{"id": "", "text": refusal}] if refusal else []),
            "incomplete": sum(change is None for change in changes),
            **self.answer([change for change in changes if change]),
        }
        return self.page(context, status=status)


def _errors(forms: Sequence[ChangeForm]) -> list[dict[str, str]]:
    return [
        {
            "id": field.id_for_label or f"{field.auto_id}_0",
            "text": f"Change {form.number}, {field.label}: {error}",
        }
        for form in forms
        for field in form
        for error in field.errors
    ]
