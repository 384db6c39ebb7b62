"""The addresses of papers."""

from __future__ import annotations

from django.urls import path

from .views import papers, questions, writing

urlpatterns = [
    path("reports/", papers.listed, name="reports"),
    path("reports/new/", papers.begin, name="paper-new"),
    path("reports/questions/", questions.listed, name="questions"),
    path("reports/questions/new/", questions.ask, name="question-new"),
    path("reports/questions/<int:pk>/", questions.answer, name="question"),
    path("reports/<int:pk>/", papers.paper, name="paper"),
    path("reports/<int:pk>.<str:file_type>", papers.paper_file, name="paper-file"),
    path("reports/<int:pk>/charts/<slug:key>.svg", papers.chart, name="paper-chart"),
    path("reports/<int:pk>/prepare/", papers.prepare, name="paper-prepare"),
    path("reports/<int:pk>/review/", papers.review, name="paper-review"),
    path("reports/<int:pk>/return/", papers.give_back, name="paper-return"),
    path("reports/<int:pk>/sign-off/", papers.sign_off, name="paper-sign-off"),
    path("reports/<int:pk>/issue/", papers.issue, name="paper-issue"),
    path("reports/<int:pk>/correct/", papers.correct, name="paper-correct"),
    path("reports/<int:pk>/discard/", papers.discard, name="paper-discard"),
    path("reports/<int:pk>/cover/", writing.cover, name="paper-cover"),
    path("reports/<int:pk>/write/<slug:section>/", writing.section, name="paper-section"),
]
