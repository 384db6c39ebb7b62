"""One line of the sheet, as it is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from scorecard.forms import FigureForm, UploadForm, digest
from scorecard.models import Outturn, Status
from scorecard.sheet import Line, as_typed, lines_of
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory

pytestmark = pytest.mark.django_db

MARCH = date(2015, 3, 1)


def the_line() -> Line:
    (line,) = lines_of(MARCH)
    return line


def sent(line: Line, **typed: str) -> dict[str, str]:
    """What a browser sends of a line on which this was typed."""
    stands = as_typed(line.slot)
    form = {**stands, "seen": line.slot.token, "was": digest(stands), **typed}
    return {f"{line.key}-{name}": text for name, text in form.items()}


def bound(**typed: Any) -> FigureForm:
    to_submit = typed.pop("to_submit", False)
    line = the_line()
    form = FigureForm(line, sent(line, **typed), to_submit=to_submit)
    form.is_valid()
    return form


def test_a_ratio_has_numerator_and_denominator_and_may_be_given_as_a_value() -> None:
    SeriesFactory()
    names = [field.name for field in FigureForm(the_line()).figure_fields]
    assert names == ["numerator", "denominator", "value", "absence"]


def test_another_measure_has_a_value_alone() -> None:
    SeriesFactory(measure__numerator_label="", measure__denominator_label="")
    assert [f.name for f in FigureForm(the_line()).figure_fields] == ["value", "absence"]


def test_only_an_approved_figure_asks_why_it_is_revised() -> None:
    series = SeriesFactory()
    assert "reason" not in FigureForm(the_line()).fields
    OutturnFactory(series=series, month=MARCH)
    assert "reason" in FigureForm(the_line()).fields


def test_every_field_says_its_column_so_that_a_column_can_be_pasted() -> None:
    OutturnFactory(month=MARCH)
    form = FigureForm(the_line())
    columns = {name: field.widget.attrs.get("data-column") for name, field in form.fields.items()}
    for name in ("numerator", "denominator", "value", "absence", "commentary", "reason"):
        assert columns[name] == name
    assert columns["ticked"] is None


def test_the_form_starts_from_what_stands() -> None:
    OutturnFactory(month=MARCH, value="26.04", status=Status.DRAFT, commentary="Why.")
    form = FigureForm(the_line())
    assert (form["value"].value(), form["commentary"].value()) == ("26.0", "Why.")


def test_what_was_typed_is_kept_to_the_letter() -> None:
    SeriesFactory()
    form = bound(value=" 1e5 % ", commentary="  Two\r\nlines ")
    assert form.errors["value"] == ["“1e5 %” is not a number."]
    assert form["value"].value() == " 1e5 % "
    assert form["commentary"].value() == "  Two\r\nlines "


def test_everything_wrong_is_said_at_its_field() -> None:
    SeriesFactory()
    form = bound(numerator="x", denominator="y")
    assert set(form.errors) == {"numerator", "denominator"}
    form = bound(numerator="9", denominator="8")
    assert form.errors == {"numerator": ["The numerator is larger than the denominator."]}


def test_an_unknown_reason_for_no_figure_is_refused() -> None:
    SeriesFactory()
    assert "absence" in bound(absence="on_holiday").errors


def test_an_officer_may_say_why_there_is_no_figure_but_not_that_a_document_leaves_it_out() -> None:
    outturn = OutturnFactory(month=MARCH, status=Status.DRAFT, value=None, absence="not_available")
    choices = [value for value, _ in FigureForm(the_line()).fields["absence"].choices]
    assert choices == ["", "not_available", "not_applicable", "not_collected"]
    Outturn.objects.filter(pk=outturn.pk).update(absence="not_stated")
    assert "not_stated" in dict(FigureForm(the_line()).fields["absence"].choices)


def test_what_submission_needs_is_wrong_only_when_it_is_submitted() -> None:
    series = SeriesFactory()
    TargetFactory(measure=series.measure)
    assert bound(value="50").is_valid()
    assert list(bound(value="50", to_submit=True).errors) == ["commentary"]
    assert list(bound(to_submit=True).errors) == ["value"]


def test_a_line_is_touched_by_a_change_and_not_by_the_way_a_browser_ends_lines() -> None:
    OutturnFactory(month=MARCH, status=Status.DRAFT, value=26, commentary="One\ntwo")
    assert not bound().touched
    assert not bound(commentary="One\r\ntwo").touched
    assert bound(value="27").touched


def test_a_line_that_somebody_else_changed_is_not_touched_by_a_page_that_shows_the_old() -> None:
    outturn = OutturnFactory(month=MARCH, status=Status.DRAFT, value=26)
    data = sent(the_line())
    outturn.value, outturn.version = 27, 2
    outturn.save()
    assert not FigureForm(the_line(), data).touched


def test_a_tick_is_seen() -> None:
    SeriesFactory()
    assert bound(ticked="on").is_ticked
    assert not bound().is_ticked


# ---- files -------------------------------------------------------------------------


def upload(content: bytes) -> UploadForm:
    return UploadForm({}, {"file": SimpleUploadedFile("march.csv", content)})


def test_a_file_must_be_chosen() -> None:
    assert UploadForm({}, {}).errors["file"] == ["Choose a file."]


def test_a_file_that_is_too_large_is_refused(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 2**20
    assert upload(b"x" * 2**20).is_valid()
    assert upload(b"x" * (2**20 + 1)).errors["file"] == ["The file is larger than 1 MB."]
