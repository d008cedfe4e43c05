"""The words for letters and their states on the page."""

from bsoo.i18n import N_
from bsoo.mail.models import LetterState

LETTER_WORDS = {
    "agenda": N_("Agenda"),
    "answer_confirmed": N_("Confirmation of an answer"),
    "confirm_details": N_("Are your details right?"),
    "confirm_reminder": N_("Are your details right? Once more"),
    "contacts_expiring": N_("Contacts who are forgotten"),
    "invitation": N_("Invitation"),
    "join_received": N_("Receipt of a request to take part"),
    "join_request": N_("Request to take part"),
    "links_replaced": N_("New personal link"),
    "mail_received": N_("Notice of a mail"),
    "mail_refused": N_("Our mail is refused"),
    "meeting_cancelled": N_("Meeting is off"),
    "meeting_changed": N_("Meeting changed"),
    "minutes_published": N_("Minutes"),
    "own_page": N_("Personal link"),
    "publication": N_("Publication"),
    "reminder": N_("Reminder"),
    "signal_accepted": N_("Signal taken over"),
    "signal_declined": N_("Signal not taken over"),
    "signal_question": N_("Question about a signal"),
    "signal_received": N_("Receipt of a signal"),
    "signals_overdue": N_("Signals that wait"),
    "staff_sign_in": N_("Link to sign in"),
    "uninvited": N_("Invitation withdrawn"),
}

STATE_WORDS = {
    LetterState.QUEUED: (N_("waits"), "clock", ""),
    LetterState.CLAIMED: (N_("is about to go"), "clock", ""),
    LetterState.IN_FLIGHT: (N_("is being sent"), "send", ""),
    LetterState.ACCEPTED: (N_("sent"), "check", "pos"),
    LetterState.REFUSED: (N_("undeliverable"), "mail-x", "neg"),
    LetterState.BOUNCED: (N_("came back"), "mail-x", "neg"),
    LetterState.UNKNOWN: (N_("may have been sent"), "circle-question-mark", "warn"),
    LetterState.CANCELLED: (N_("stopped"), "ban", ""),
    LetterState.SUPPRESSED: (N_("not sent"), "ban", ""),
}
"""Word, icon and tone of a state."""

GROUPS: dict[str, tuple[str, tuple[LetterState, ...]]] = {
    "wacht": (N_("Waiting"), (LetterState.QUEUED, LetterState.CLAIMED, LetterState.IN_FLIGHT)),
    "verstuurd": (N_("Sent"), (LetterState.ACCEPTED,)),
    "onbestelbaar": (N_("Undeliverable"), (LetterState.REFUSED, LetterState.BOUNCED)),
    "onzeker": (N_("Uncertain"), (LetterState.UNKNOWN,)),
    "niet": (N_("Not sent"), (LetterState.CANCELLED, LetterState.SUPPRESSED)),
}
"""What the page groups states into, by their word in the address."""
