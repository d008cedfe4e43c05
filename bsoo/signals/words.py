"""What the page calls each kind, level, band and state; source strings, translated where they are shown."""

from bsoo.i18n import N_
from bsoo.signals.guard import What
from bsoo.signals.models import Band, Frequency, Kind, Level, State, Wish

KINDS = {
    Kind.NEED: (N_("A need"), N_("People lack something.")),
    Kind.CHANGE: (N_("A change"), N_("A service, rule or practice has changed.")),
    Kind.POLICY: (N_("Policy"), N_("A rule or policy should change, or works well.")),
}

LEVELS = {
    Level.PUBLIC: (N_("Public"), N_("Everybody may read the text. Your organisation is named only if you agree.")),
    Level.NETWORK: (N_("Network"), N_("Invited partners of this region may read it. Outside, we use our own words.")),
    Level.SOURCE_CONFIDENTIAL: (
        N_("Source stays confidential"),
        N_("Coordinators and advocacy read it. Others never hear who said it, only our own words."),
    ),
    Level.SENSITIVE: (N_("Sensitive"), N_("Only named people read it. It is in no summary.")),
}

BANDS = {
    Band.ONE_OR_TWO: N_("1 or 2 people"),
    Band.A_FEW: N_("3 to 9 people"),
    Band.TENS: N_("10 to 24 people"),
    Band.DOZENS: N_("25 to 99 people"),
    Band.HUNDREDS: N_("100 people or more"),
    Band.UNKNOWN: N_("I do not know"),
}

FREQUENCIES = {
    Frequency.ONCE: N_("Once"),
    Frequency.MORE_OFTEN: N_("More and more often"),
    Frequency.SOMETIMES: N_("Now and then"),
    Frequency.LONG: N_("For a long time"),
}

WISHES = {
    Wish.DISCUSS: N_("Talk about it at the meeting"),
    Wish.COUNT: N_("Only let it count"),
    Wish.CONTACT: N_("Contact me soon, this cannot wait"),
}

STATES = {
    State.DRAFT: N_("Draft"),
    State.RECEIVED: N_("Received"),
    State.ASKED_BACK: N_("Question for you"),
    State.ACCEPTED: N_("Counts along"),
    State.ON_AGENDA: N_("On the agenda"),
    State.DISCUSSED: N_("Discussed"),
    State.ACTION_RUNNING: N_("Action is running"),
    State.CLOSED: N_("Completed"),
    State.REFERRED: N_("Passed on"),
    State.DECLINED: N_("Not used"),
    State.WITHDRAWN: N_("Withdrawn"),
}

STAFF_STATES = STATES | {State.ASKED_BACK: N_("Waits for an answer")}
"""What staff call the states."""

TONES = {
    State.RECEIVED: "info",
    State.ASKED_BACK: "warn",
    State.ACCEPTED: "",
    State.ON_AGENDA: "pos",
    State.DISCUSSED: "pos",
    State.ACTION_RUNNING: "pos",
    State.CLOSED: "pos",
}
"""The tone of a state's tag; the others have none."""

ICONS = {
    State.DRAFT: "pencil",
    State.RECEIVED: "inbox",
    State.ASKED_BACK: "message-square",
    State.ACCEPTED: "check",
    State.ON_AGENDA: "list-checks",
    State.DISCUSSED: "users",
    State.ACTION_RUNNING: "flag",
    State.CLOSED: "check",
    State.REFERRED: "arrow-right",
    State.DECLINED: "x",
    State.WITHDRAWN: "undo-2",
}

FOR_THE_REPORTER = {
    State.DRAFT: N_("You have not sent this yet. It is kept until the end of the quarter."),
    State.RECEIVED: N_("We have it. You hear from us within five working days."),
    State.ASKED_BACK: N_("We have a question. Your answer brings it further."),
    State.ACCEPTED: N_("It counts along in the figures and the summary. It does not come on the agenda."),
    State.ON_AGENDA: N_("It will be talked about at the next meeting."),
    State.DISCUSSED: N_("It was talked about at the meeting. The minutes say what was said."),
    State.ACTION_RUNNING: N_("Somebody is working on it. You hear what comes of it."),
    State.CLOSED: N_("This is finished. Thank you: it helped."),
    State.REFERRED: N_("We passed it on to somebody who can do more with it."),
    State.DECLINED: N_("We do not take this further. The reason is below."),
    State.WITHDRAWN: N_("You took this back. It does not count."),
}

FOUND = {
    What.NAME: N_("the name of a person"),
    What.E_MAIL: N_("an e-mail address"),
    What.PHONE: N_("a phone number"),
    What.BSN: N_("a citizen service number (BSN)"),
    What.IBAN: N_("an account number"),
    What.V_NUMBER: N_("a V-number"),
    What.BIRTH_DATE: N_("a date of birth"),
    What.ADDRESS: N_("an address"),
    What.DOCUMENT: N_("a number of a document or vehicle"),
    What.COMBINATION: N_("a description of one person"),
}

VERBS = {
    "signal.drafted": N_("Began a draft"),
    "signal.submitted": N_("Sent the signal"),
    "signal.noted": N_("Wrote the signal down"),
    "signal.accepted": N_("Counts along"),
    "signal.put_on_agenda": N_("Sent to the agenda"),
    "signal.declined": N_("Not used"),
    "signal.asked_back": N_("Asked the reporter a question"),
    "signal.answered": N_("Answered the question"),
    "signal.withdrawn": N_("Took the signal back"),
    "signal.reopened": N_("Put back among the new ones"),
    "signal.recoded": N_("Changed the theme"),
}
