"""The words on the page for what is stored as a code; each is translated where it is shown."""

from bsoo.i18n import N_
from bsoo.meetings.calendar import Step
from bsoo.meetings.inviting import Why
from bsoo.meetings.models import Answer, Presence, TextLevel
from bsoo.meetings.phases import Phase

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
    Why.LEFT: N_("left the organisation"),
    Why.NO_ADDRESS: N_("without a working e-mail address"),
}

WHY_IN = {
    "regular": N_("regular participant of the region"),
    "stand-in": N_("comes instead of a colleague"),
    "silent": N_("did not answer yet"),
    "coming": N_("said yes"),
    "was-there": N_("was there"),
    "network": N_("in the network of the region"),
}
"""Why somebody is in a mailing, as it was when the mailing was made."""

WHY_OUT: dict[str, str] = {
    **{str(why): words for why, words in WHY_NOT.items()},
    "not-chosen": N_("of a kind of organisation that was not chosen"),
    "answered": N_("answered already"),
    "just-invited": N_("invited less than two days ago"),
    "not-coming": N_("did not say yes"),
    "was-not-there": N_("was not there"),
}
"""Why somebody was left out of a mailing."""
