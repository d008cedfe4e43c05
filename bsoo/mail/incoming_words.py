"""The words for mail that came in, on the page."""

from bsoo.i18n import N_
from bsoo.mail.models import Outcome
from bsoo.mail.returning.kinds import CalendarAnswer, Cause, Kind

KIND_WORDS = {
    Kind.BOUNCE: (N_("undeliverable"), "mail-x", "neg"),
    Kind.COMPLAINT: (N_("complaint"), "flag", "neg"),
    Kind.AUTO_REPLY: (N_("automatic answer"), "clock", ""),
    Kind.CALENDAR_REPLY: (N_("calendar answer"), "calendar", "info"),
    Kind.REPLY: (N_("answer by mail"), "message-square", "info"),
    Kind.RECEIPT: (N_("receipt"), "check", ""),
}
"""Word, icon and tone of a kind."""

KINDS_IN_ADDRESS = {
    "onbestelbaar": (Kind.BOUNCE, N_("Undeliverable")),
    "antwoord": (Kind.REPLY, N_("Answers by mail")),
    "agenda": (Kind.CALENDAR_REPLY, N_("Calendar answers")),
    "automatisch": (Kind.AUTO_REPLY, N_("Automatic answers")),
    "klacht": (Kind.COMPLAINT, N_("Complaints")),
    "ontvangst": (Kind.RECEIPT, N_("Receipts")),
}
"""Kinds by their word in the address, in the order of the page."""

CAUSE_WORDS = {
    Cause.DEAD: N_("this address does not exist"),
    Cause.FULL: N_("the mailbox is full"),
    Cause.DELAYED: N_("delayed; the other server goes on trying"),
    Cause.OUR_FAULT: N_("refused because of how we send; ask your administrator to look at it"),
    Cause.OTHER: N_("did not arrive; whether the address works is not sure"),
}

ANSWER_WORDS = {
    CalendarAnswer.ACCEPTED: N_("comes"),
    CalendarAnswer.DECLINED: N_("does not come"),
    CalendarAnswer.TENTATIVE: N_("comes perhaps; ask"),
    CalendarAnswer.DELEGATED: N_("somebody else comes instead"),
}

OUTCOME_WORDS = {
    Outcome.BLOCKED: N_("We do not write to this address any more."),
    Outcome.ANSWERED: N_("Noted with the invitation."),
    Outcome.LATE: N_("It changed nothing: a newer answer counts, or this invitation asks for none any more."),
    Outcome.SOMEBODY_ELSE: N_("Somebody else answered: a colleague?"),
    Outcome.TAKEN_BACK: N_("Taken back: this mail did arrive."),
}
"""What it did; what only was shown needs no words."""
