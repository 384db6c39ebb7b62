"""Nothing is kept about anybody unless somebody has said what kind of thing it is."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CASCADE, Model

PRIVACY: dict[str, Any] = tomllib.loads((Path(__file__).parent / "privacy.toml").read_text())
OURS = ("bucks_cs", "scorecard", "improvement_plan", "lac", "send", "reports")
MODELS = apps.get_models()


@pytest.mark.parametrize(
    "model", [m for m in MODELS if m._meta.app_label in OURS], ids=lambda m: m._meta.label
)
def test_every_field_has_one_privacy_class(model: type[Model]) -> None:
    classed = PRIVACY["fields"][model._meta.label]
    said = Counter(field for fields in classed.values() for field in fields)

    assert said == Counter(field.name for field in model._meta.concrete_fields)


def test_no_table_of_another_makers_is_overlooked() -> None:
    said = Counter(label for labels in PRIVACY["elsewhere"].values() for label in labels)

    assert said == Counter(m._meta.label for m in MODELS if m._meta.app_label not in OURS)


def test_only_known_classes_are_used_and_only_models_that_exist() -> None:
    used = {name for classed in PRIVACY["fields"].values() for name in classed}

    assert used | set(PRIVACY["elsewhere"]) <= set(PRIVACY["classes"])
    assert set(PRIVACY["fields"]) == {m._meta.label for m in MODELS if m._meta.app_label in OURS}


def test_what_is_secret_is_never_written_to_the_audit_trail() -> None:
    from bucks_cs.admin import SECRET

    secret = {
        field for classed in PRIVACY["fields"].values() for field in classed.get("secret", ())
    }
    assert secret <= SECRET


def about_children() -> dict[str, list[str]]:
    """The fields about children, by model."""
    return {
        label: classed["child"]
        for label, classed in PRIVACY["fields"].items()
        if "child" in classed
    }


def test_what_is_about_a_child_is_in_no_answer_of_the_api() -> None:
    from rest_framework.serializers import ModelSerializer

    import bucks_cs.urls  # noqa: F401 - every part of the API is there to be looked at

    models = set(about_children())
    named = {
        serializer.Meta.model._meta.label
        for serializer in _all_kinds_of(ModelSerializer)
        if hasattr(serializer, "Meta")
    }
    assert len(named) > 3
    assert not named & models


def _all_kinds_of(kind: type) -> set[Any]:
    return {one for sub in kind.__subclasses__() for one in (sub, *_all_kinds_of(sub))}


def test_what_is_about_a_child_is_not_among_the_settings() -> None:
    from bucks_cs.admin import site

    assert not {model._meta.label for model in site._registry} & set(about_children())


def test_what_is_about_a_child_goes_with_its_return_or_its_import() -> None:
    goes_with = {
        label: {
            field.related_model._meta.label
            for field in apps.get_model(label)._meta.concrete_fields
            if field.is_relation and field.remote_field.on_delete is CASCADE
        }
        for label in about_children()
    }
    assert goes_with
    assert all(wholes & {"lac.Return", "bucks_cs.Job"} for wholes in goes_with.values())
