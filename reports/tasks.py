"""What the worker does for papers."""

from celery import shared_task

from bucks_cs import jobs
from scorecard.services import Refused

from . import services
from .document import from_json
from .models import FILE_TYPES, Paper, State
from .pack import prepared
from .rendering import rendered
from .scope import scope_of


@shared_task
def prepare_paper(job_id: int) -> None:
    """A job: the draft, part by part. A part that fails says why, and the rest is kept."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        paper = _paper(job.arguments["paper"])
        document = prepared(
            scope_of(paper), lambda done, part: jobs.step(job, done, f"Preparing: {part}")
        )
        try:
            services.keep_prepared(paper=paper, document=document, by=job.asked_by)
        except Refused as refused:
            raise jobs.Refused(str(refused)) from refused
        failed = [one.title for one in document.sections if one.failed]
        job.result_url = paper.get_absolute_url()
        job.message = (
            f"Prepared, but for: {', '.join(failed)}." if failed else "The paper is prepared."
        )


@shared_task
def make_files(job_id: int) -> None:
    """A job: the files of a paper that is signed off, from what was frozen then."""
    with jobs.run(job_id) as job:
        if job is None:
            return
        paper = _paper(job.arguments["paper"])
        if paper.state != State.SIGNED_OFF or paper.final is None:
            raise jobs.Refused("The paper is not signed off any more.")
        document = from_json(paper.final)
        for place, file_type in enumerate(FILE_TYPES):
            jobs.step(job, 100 * place // len(FILE_TYPES), f"Making the {file_type} file")
            content = rendered(document, file_type)
            try:
                services.keep_file(paper=paper, file_type=file_type, content=content)
            except Refused as refused:
                raise jobs.Refused(str(refused)) from refused
        job.result_url = paper.get_absolute_url()
        job.message = "The files are made: the paper can be issued."


def _paper(pk: int) -> Paper:
    paper = Paper.objects.filter(pk=pk).first()
    if paper is None:
        raise jobs.Refused("The paper has been discarded.")
    return paper
