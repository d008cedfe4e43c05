"""The words on the page for what is stored as a code; each is translated where it is shown."""

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.meetings.audience import Why
from bsoo.meetings.calendar import Step
from bsoo.meetings.models import Answer, Presence, TextLevel
from bsoo.meetings.phases import Phase


def reason_in_words(reason: str) -> str:
    """Why somebody was invited; with the name of a saved list in it, it stands as it was written."""
    return _(reason) if reason and "%" not in reason else reason


ANSWERS = {
    Answer.SILENT: N_("no answer"),
    Answer.ON_SITE: N_("comes"),
    Answer.ONLINE: N_("comes online"),
    Answer.NO: N_("declined"),
    Answer.COLLEAGUE: N_("stand-in"),
}

PHASES = {
    Phase.AHEAD: N_("planned"),
    Phase.CANCELLED: N_("called off"),
    Phase.HELD: N_("held"),
}

PRESENCES = {
    Presence.EXPECTED: N_("expected"),
    Presence.PRESENT: N_("present"),
    Presence.EXCUSED: N_("excused"),
    Presence.ABSENT: N_("absent"),
    Presence.LEFT_EARLY: N_("left early"),
    Presence.WALK_IN: N_("without invitation"),
}

LEVELS = {
    TextLevel.INTERNAL: N_("only staff"),
    TextLevel.PARTICIPANTS: N_("participants"),
    TextLevel.PUBLIC: N_("everybody"),
}

STEPS = {
    Step.PLAN: N_("Plan date and place"),
    Step.INVITE: N_("Send invitations"),
    Step.CALL: N_("Call for signals"),
    Step.REMIND_FIRST: N_("First reminder"),
    Step.SIGNALS_CLOSE: N_("Signals close"),
    Step.REMIND_SECOND: N_("Second reminder"),
    Step.AGENDA: N_("Send the agenda"),
    Step.REMIND_LAST: N_("Last reminder"),
    Step.MEET: N_("Meeting"),
    Step.MINUTES: N_("Draft minutes"),
    Step.SUMMARY: N_("Signal summary"),
}

WHY_NOT = {
    Why.INVITED: N_("invited already"),
    Why.NOT_WANTED: N_("not on the list of invited people"),
    Why.STOPPED: N_("wants no more invitations"),
    Why.PAUSED: N_("paused for a while"),
    Why.PAST: N_("took part before, not any more"),
    Why.LEFT: N_("left the organisation"),
    Why.NO_ADDRESS: N_("without a working e-mail address"),
    Why.GUEST: N_("a guest, and not picked"),
    Why.NOT_CHOSEN: N_("of a kind of organisation that was not chosen"),
    Why.NOT_LISTED: N_("not in the saved list"),
}

WHY_IN = {
    "regular": N_("regular participant of the region"),
    "listed": N_("in the saved list"),
    "picked": N_("guest, picked for this meeting"),
    "stand-in": N_("comes instead of a colleague"),
    "silent": N_("did not answer yet"),
    "coming": N_("said yes"),
    "invited": N_("was invited"),
    "was-there": N_("was there"),
    "network": N_("in the network of the region"),
    "unconfirmed": N_("details not confirmed for a year"),
    "asked": N_("asked two weeks ago, no answer yet"),
}
"""Why somebody is in a mailing, as it was when the mailing was made."""

WHY_OUT: dict[str, str] = {
    **{str(why): words for why, words in WHY_NOT.items()},
    "answered": N_("answered already"),
    "just-invited": N_("invited less than two days ago"),
    "not-coming": N_("did not say yes"),
    "was-not-there": N_("was not there"),
    "asks-not": N_("does not want to be asked"),
    "confirmed": N_("confirmed within a year"),
    "asked-before": N_("asked within a year"),
    "later": N_("has a turn at another time"),
}
"""Why somebody was left out of a mailing."""
