"""When mail begins that somebody is about to send: at once, with a moment to hold it, or at a time of their choice."""

from datetime import date, datetime, time, timedelta
from typing import Literal

from fastapi import Request
from pydantic import BaseModel

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.mail import schedule
from bsoo.mail.models import Mailing, MailingState
from bsoo.routes.edge import Typed, settings
from bsoo.templating import moment


class WhenForm(BaseModel):
    """The fields of templates/outbox/_when.html."""

    wanneer: Literal["nu", "later"] = "nu"
    dag: date | None = None
    tijd: time | None = None


def chosen(request: Request, typed: Typed) -> datetime | None:
    """When the mail begins; None is at once."""
    form, now = typed.check(WhenForm), clock.now()
    if form.wanneer == "later":
        return schedule.moment_of(form.dag, form.tijd, now)
    return soon(request)


def soon(request: Request) -> datetime | None:
    """After a moment to hold it; None is at once."""
    hold = settings(request).mail_hold
    return clock.now() + timedelta(seconds=hold) if hold else None


def told(mailing: Mailing) -> str:
    """What the toast says of it; nothing when it began at once."""
    if mailing.state is not MailingState.SCHEDULED or mailing.begins_at is None:
        return ""
    if mailing.begins_at - clock.now() <= timedelta(hours=1):
        return _("The mail waits a moment, so that you can still hold it.")
    return _("The mail begins on %(moment)s.", moment=moment(mailing.begins_at))
