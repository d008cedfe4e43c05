"""What waits on the home page: each line says how many, why it matters and where to do it; done is gone."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.meetings.calendar import Step
from bsoo.meetings.upcoming import Home, StepAhead
from bsoo.routes.numbers import Numbers
from bsoo.templating import path_to, short_day


@dataclass(frozen=True, slots=True)
class Todo:
    """One line."""

    number: int
    title: str
    why: str
    url: str
    button: str
    urgent: bool = False


def todo(request: Request, actor: Actor, home: Home, waiting: Numbers) -> list[Todo]:
    """The lines with something to do, the most urgent first."""
    lines = [*_first(request, actor, waiting), *_steps(request, home), *_waiting(request, waiting)]
    return sorted((line for line in lines if line.number), key=lambda line: not line.urgent)


def _first(request: Request, actor: Actor, waiting: Numbers) -> Iterator[Todo]:
    """Where a region without a network begins."""
    if waiting.organisations == 0 and may(actor, Permission.IMPORT_CONTACTS):
        yield Todo(
            1,
            _("Put your contact list in"),
            _("Choose the spreadsheet that you have; you see everything before it counts."),
            path_to(request, "import_upload"),
            _("Choose a file"),
            urgent=True,
        )


def _steps(request: Request, home: Home) -> Iterator[Todo]:
    for step in home.steps:
        if step.is_due and step.step in _STEP_PAGES:
            yield _step(request, step)


_STEP_PAGES = {Step.INVITE: "meeting_invite", Step.AGENDA: "meeting_agenda"}


def _step(request: Request, step: StepAhead) -> Todo:
    place = {"region": step.card.region.slug, "quarter": step.card.meeting.slug}
    titles = {
        Step.INVITE: _("Send the invitations of %(region)s", region=step.card.region.name),
        Step.AGENDA: _("Send the agenda of %(region)s", region=step.card.region.name),
    }
    return Todo(
        number=1,
        title=titles[step.step],
        why=_("The run sheet says %(day)s.", day=short_day(step.on)),
        url=path_to(request, _STEP_PAGES[step.step], **place),
        button=_("Prepare"),
        urgent=step.on < clock.today(),
    )


def _waiting(request: Request, waiting: Numbers) -> Iterator[Todo]:
    oldest_days = (clock.now() - waiting.oldest_signal).days if waiting.oldest_signal else 0
    yield Todo(
        waiting.undeliverable,
        ngettext("Address is undeliverable", "Addresses are undeliverable", waiting.undeliverable),
        _("They miss our letters. Give them a call or choose a colleague."),
        path_to(request, "outbox", toestand="onbestelbaar"),
        _("Repair"),
        urgent=True,
    )
    yield Todo(
        waiting.uncertain,
        ngettext("Mail may not have gone out", "Mails may not have gone out", waiting.uncertain),
        _("Sending was cut off at that moment. Send it once more, or leave it."),
        path_to(request, "outbox", toestand="onzeker"),
        _("Decide"),
        urgent=True,
    )
    yield Todo(
        waiting.our_fault,
        ngettext("Mail server refuses our mail", "Mail servers refuse our mail", waiting.our_fault),
        _("It is because of how we send, not because of the readers. See what to change."),
        path_to(request, "mail_setup"),
        _("See what is wrong"),
        urgent=True,
    )
    yield Todo(
        waiting.stuck_mail,
        _("Hardly any mail goes out"),
        _("For more than a quarter of an hour the mail server has been out of reach, or has asked us to wait."),
        path_to(request, "mail_setup"),
        _("See what is wrong"),
        urgent=True,
    )
    yield Todo(
        waiting.held_mail,
        _("Mail waits after a copy was put back"),
        _("Some of it may have gone already, so it asks first."),
        path_to(request, "held_letters"),
        _("Look and decide"),
        urgent=True,
    )
    yield Todo(
        waiting.new_signals,
        ngettext("New signal to review", "New signals to review", waiting.new_signals),
        ngettext(
            "The oldest waits %(num)s day.",
            "The oldest waits %(num)s days.",
            oldest_days,
        ),
        path_to(request, "signals"),
        _("Review"),
    )
    yield Todo(
        waiting.join_requests,
        ngettext("Request to join", "Requests to join", waiting.join_requests),
        _("Somebody wants to take part in the meetings."),
        path_to(request, "join_requests"),
        _("Look"),
    )
    yield Todo(
        waiting.open_actions,
        ngettext("Open action from earlier meetings", "Open actions from earlier meetings", waiting.open_actions),
        ngettext("%(num)s is overdue.", "%(num)s are overdue.", waiting.overdue_actions)
        if waiting.overdue_actions
        else _("None is overdue."),
        path_to(request, "actions"),
        _("Look"),
        urgent=waiting.overdue_actions > 0,
    )
    yield Todo(
        waiting.to_check,
        ngettext("Contact to check: still right?", "Contacts to check: still right?", waiting.to_check),
        _("Not confirmed for a year, unreachable, or with a change to decide on."),
        path_to(request, "still_right"),
        _("Look"),
    )
