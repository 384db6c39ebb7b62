"""A factory a model of the room: the least that is valid, and nothing that a test does not ask
for."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from bucks_cs.models import Job, JobState
from lac import models, services


class ReturnFactory(DjangoModelFactory[models.Return]):
    """The return of 2023/24."""

    class Meta:
        model = models.Return
        django_get_or_create = ("year",)

    year = 2024
    authority = "E10000002"
    with_postcodes = True


class ChildFactory(DjangoModelFactory[models.Child]):
    """A boy of 13."""

    class Meta:
        model = models.Child

    of = factory.SubFactory(ReturnFactory)
    child = factory.Sequence(lambda n: f"C{n:03}")
    born = date(2010, 6, 1)
    sex = "1"


class EpisodeFactory(DjangoModelFactory[models.Episode]):
    """An episode with one of the council's own foster carers, in the county, that goes on."""

    class Meta:
        model = models.Episode

    of = factory.SubFactory(ReturnFactory)
    child = "C000"
    began = date(2022, 5, 5)
    reason_began = "S"
    legal_status = "C2"
    place = "U6"
    provider = "PR1"
    need = "N1"
    carer = factory.Sequence(int)
    miles = 3.0
    in_county = True


def looked_after(key: str, **episode: object) -> models.Child:
    """A child with one episode: `looked_after("A", miles=30.5)`."""
    of = episode.pop("of", None) or ReturnFactory()
    child: models.Child = ChildFactory(of=of, child=key)
    EpisodeFactory(of=of, child=key, **episode)
    return child


class ImportJobFactory(DjangoModelFactory[Job]):
    """An import that somebody has asked for."""

    class Meta:
        model = Job

    task = services.IMPORT
    title = "Import SSDA903 files"
    state = JobState.QUEUED
    arguments = factory.LazyFunction(lambda: {"year": None})


class UploadFactory(DjangoModelFactory[models.Upload]):
    class Meta:
        model = models.Upload

    job = factory.SubFactory(ImportJobFactory)
    name = "Header.csv"
    content = b""


class ImportReportFactory(DjangoModelFactory[models.ImportReport]):
    class Meta:
        model = models.ImportReport

    job = factory.SubFactory(ImportJobFactory, state=JobState.DONE)
