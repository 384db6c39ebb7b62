"""The plans' addresses. `improvement_plan.sheets.RESERVED` are the words that no plan may take."""

from __future__ import annotations

from django.urls import path

from .views import (
    about,
    actions,
    costs,
    decide,
    files,
    importing,
    mine,
    overview,
    queries,
    recommendations,
    report_progress,
    reports,
    risks,
    success_measures,
)

urlpatterns = [
    path("plans/", overview.plans, name="plans"),
    path("plans/mine/", mine.mine, name="my-actions"),
    path("plans/decide/", decide.queue, name="plan-decide"),
    path("plans/decide/<int:pk>/", decide.decide, name="plan-decide-one"),
    path("plans/queries/", queries.document_queries, name="plan-queries"),
    path("plans/import/", importing.upload, name="plan-import"),
    path("plans/import/confirm/", importing.confirm, name="plan-import-confirm"),
    path("plans/import/report.csv", importing.report, name="plan-import-report"),
    path("plans/measures/<slug:code>/", success_measures.of_measure, name="measure-in-plans"),
    path("plans/<slug:slug>/", overview.plan, name="plan"),
    path("plans/<slug:slug>.xlsx", files.workbook, name="plan-workbook"),
    path("plans/<slug:slug>/actions.<str:file_type>", files.actions, name="plan-actions-file"),
    path("plans/<slug:slug>/divisions/<str:key>/", actions.division, name="plan-division"),
    path("plans/<slug:slug>/objectives/<str:key>/", actions.objective, name="plan-objective"),
    path("plans/<slug:slug>/actions/<str:key>/", actions.action, name="plan-action"),
    path(
        "plans/<slug:slug>/actions/<str:key>/report/",
        report_progress.report,
        name="plan-report-progress",
    ),
    path("plans/<slug:slug>/measures/", success_measures.listed, name="plan-success-measures"),
    path(
        "plans/<slug:slug>/measures/<str:key>/",
        success_measures.one,
        name="plan-success-measure",
    ),
    path(
        "plans/<slug:slug>/disagreements/",
        success_measures.disagreements,
        name="plan-disagreements",
    ),
    path("plans/<slug:slug>/recommendations/", recommendations.listed, name="plan-recommendations"),
    path(
        "plans/<slug:slug>/recommendations/<str:ref>/",
        recommendations.one,
        name="plan-recommendation",
    ),
    path("plans/<slug:slug>/gaps/", recommendations.gaps, name="plan-gaps"),
    path("plans/<slug:slug>/risks/", risks.register, name="plan-risks"),
    path("plans/<slug:slug>/risks/<str:ref>/", risks.risk, name="plan-risk"),
    path("plans/<slug:slug>/costs/", costs.costs, name="plan-costs"),
    path("plans/<slug:slug>/reports/", reports.listed, name="plan-reports"),
    path("plans/<slug:slug>/reports/<month:month>/", reports.report, name="plan-report"),
    path("plans/<slug:slug>/reports/<month:month>/edit/", reports.edit, name="plan-report-edit"),
    path(
        "plans/<slug:slug>/reports/<month:month>/publish/",
        reports.publish,
        name="plan-report-publish",
    ),
    path(
        "plans/<slug:slug>/reports/<month:month>.<str:file_type>",
        reports.file,
        name="plan-report-file",
    ),
    path("plans/<slug:slug>/about/", about.about, name="plan-about"),
]
