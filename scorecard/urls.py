"""The scorecard's addresses. A month in an address is written 2015-02."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from bucks_cs.lib.periods import month_key, parse_month

from .views import dashboard, decide, downloads, enter, measure, recompute, upload


class MonthInAddress:
    """`<month:month>`: 2015-02 becomes the first day of that month, and anything else no page."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return parse_month(value)

    def to_url(self, month: date) -> str:
        return month_key(month)


register_converter(MonthInAddress, "month")

urlpatterns = [
    path("jobs/recompute/", recompute.recompute, name="recompute"),
    path("", dashboard.home, name="home"),
    path("measures/", measure.measures, name="measures"),
    path("measures/<slug:code>/", measure.one_measure, name="measure"),
    path("measures/<slug:code>/notes/", measure.pin_note, name="pin-note"),
    path(
        "scorecard/<month:month>.<str:file_type>",
        downloads.scorecard,
        name="download-scorecard",
    ),
    path("measures/<slug:code>.<str:file_type>", downloads.one_measure, name="download-measure"),
    path("enter/", enter.enter_now, name="enter-now"),
    path("enter/<month:month>/", enter.enter, name="enter"),
    path("enter/<month:month>/preview/", enter.preview, name="enter-preview"),
    path("enter/<month:month>/template.<str:file_type>", upload.template, name="enter-template"),
    path("enter/<month:month>/upload/", upload.upload, name="upload"),
    path("enter/<month:month>/upload/confirm/", upload.confirm, name="upload-confirm"),
    path("enter/<month:month>/upload/report.csv", upload.report, name="upload-report"),
    path("decide/", decide.decide_now, name="decide-now"),
    path("decide/<month:month>/", decide.decide, name="decide"),
    path("decide/<month:month>/approve/", decide.approve, name="approve"),
    path("decide/<month:month>/return/", decide.return_figures, name="return-figures"),
    path("decide/<month:month>/publish/", decide.publish, name="publish"),
    path("decide/<month:month>/reopen/", decide.reopen, name="reopen"),
]
