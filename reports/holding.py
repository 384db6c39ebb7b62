"""A paper held while something happens to it, as the person saw it; and the jobs on it."""

from __future__ import annotations

from bucks_cs import jobs
from bucks_cs.models import Job, User
from bucks_cs.roles import May, check_may
from scorecard.services import Refused

from .models import Paper, State

PREPARE, MAKE_FILES = "reports.tasks.prepare_paper", "reports.tasks.make_files"
COVER = ("title", "meeting_on", "author", "contact", "members_affected", "portfolios")
TEXTS = ("summary", "recommendation")


class PaperConflict(Refused):
    """Somebody else changed the paper after the person last saw it. `theirs` is what stands."""

    def __init__(self, theirs: Paper) -> None:
        super().__init__("Somebody else changed this paper after you opened it.")
        self.theirs = theirs


def held_in(paper: Paper, *states: State) -> Paper:
    """The paper as it stands, held until the event is over, in one of these states."""
    held = Paper.objects.select_for_update(of=("self",)).filter(pk=paper.pk).first()
    if held is None:
        raise Refused("This paper has been discarded.")
    if held.state not in states:
        raise Refused(f"This paper is {held.get_state_display().lower()}.")
    return held


def held_for(paper: Paper, by: User, seen: int) -> Paper:
    check_may(by, May.WRITE)
    held = held_in(paper, State.DRAFT)
    check_seen(held, seen)
    return held


def check_seen(held: Paper, seen: int) -> None:
    if held.seen != seen:
        raise PaperConflict(held)


def grown(held: Paper) -> None:
    held.seen += 1
    held.save()


def ask_for(task: str, paper: Paper, by: User) -> Job:
    arguments = {"paper": paper.pk}
    at_it = Job.objects.unfinished().filter(task=task, arguments=arguments).first()
    title = f"{'Prepare' if task == PREPARE else 'Make the files of'} {paper}"
    return at_it or jobs.start(task, title, by=by, **arguments)
