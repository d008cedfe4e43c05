"""The words for what mail is for, on pages and in reasons."""

from bsoo.i18n import N_
from bsoo.mail.purposes import Purpose, purpose_of

NAMES = {
    Purpose.INVITATIONS: (N_("Invitations"), N_("Four times a year: date, place and topics of the meeting.")),
    Purpose.REMINDERS: (N_("Reminders"), N_("When you did not answer an invitation yet, at most three.")),
    Purpose.MINUTES: (N_("Minutes and publications"), N_("What was agreed, and what was done with the signals.")),
    Purpose.CONFIRMATIONS: (N_("Are your details right?"), N_("A short question once a year.")),
}
"""What it is called, and what it brings."""

STOPPED_WORDS = {
    Purpose.INVITATIONS: N_("The reader wants no invitations since %(day)s."),
    Purpose.REMINDERS: N_("The reader wants no reminders since %(day)s."),
    Purpose.MINUTES: N_("The reader wants no minutes since %(day)s."),
    Purpose.CONFIRMATIONS: N_("The reader does not want to be asked for details since %(day)s."),
}
"""Why a letter was not sent, for staff."""

QUESTIONS = {
    Purpose.INVITATIONS: N_("No more invitations?"),
    Purpose.REMINDERS: N_("No more reminders?"),
    Purpose.MINUTES: N_("No more minutes?"),
    Purpose.CONFIRMATIONS: N_("Not ask about your details any more?"),
}

CONSEQUENCES = {
    Purpose.INVITATIONS: N_(
        "You then get no invitations and reminders for the meetings any more, in no region. "
        "Signals that you brought stay."
    ),
    Purpose.REMINDERS: N_("You still get each invitation once. We only do not ask again when you did not answer."),
    Purpose.MINUTES: N_("We then mail you no minutes and publications. You find them on your own page."),
    Purpose.CONFIRMATIONS: N_("We then do not ask you once a year whether your details are right."),
}
"""What happens when somebody stops it, said before."""

BUTTONS = {
    Purpose.INVITATIONS: N_("Do not invite me any more"),
    Purpose.REMINDERS: N_("Do not remind me any more"),
    Purpose.MINUTES: N_("Send me no minutes any more"),
    Purpose.CONFIRMATIONS: N_("Do not ask me any more"),
}

STOPPED = {
    Purpose.INVITATIONS: N_("You get no more invitations"),
    Purpose.REMINDERS: N_("You get no more reminders"),
    Purpose.MINUTES: N_("You get no more minutes"),
    Purpose.CONFIRMATIONS: N_("We do not ask about your details any more"),
}

AGAIN = {
    Purpose.INVITATIONS: N_("Invite me again"),
    Purpose.REMINDERS: N_("Remind me again"),
    Purpose.MINUTES: N_("Send me minutes again"),
    Purpose.CONFIRMATIONS: N_("You may ask again"),
}

_FOOT = {
    Purpose.INVITATIONS: N_("No more invitations"),
    Purpose.REMINDERS: N_("No more reminders"),
    Purpose.MINUTES: N_("No more minutes"),
    Purpose.CONFIRMATIONS: N_("Do not ask me any more"),
}


def foot_words(letter: str) -> str:
    """The words of the link under a letter that stops letters like it."""
    return _FOOT[purpose_of(letter) or Purpose.INVITATIONS]
