"""How the texts of letters are grouped and called on the page."""

from bsoo.i18n import N_
from bsoo.mail.wording.built_in import keys, letter_of
from bsoo.mail.words import LETTER_WORDS

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Inviting"), ("invitation", "reminder", "answer_confirmed", "agenda")),
    (N_("When something changes"), ("meeting_changed", "meeting_cancelled", "uninvited")),
    (N_("Signals"), ("signal_received", "signal_accepted", "signal_declined", "signal_question")),
    (N_("Afterwards"), ("minutes_published", "publication")),
    (N_("The network"), ("own_page", "links_replaced", "join_received", "confirm_details", "confirm_reminder")),
)
"""Letters to partners; what is in no group is a letter to staff."""

STAFF = N_("To staff")

OF_NO_REGION = {"staff_sign_in", "mail_refused"}
"""Letters that the installation as a whole sends: a text of one region would never be used."""

VARIANT_WORDS = {
    "answer_confirmed.on-site": N_("Confirmation: comes"),
    "answer_confirmed.online": N_("Confirmation: comes online"),
    "answer_confirmed.no": N_("Confirmation: does not come"),
    "answer_confirmed.colleague": N_("Confirmation: somebody else comes"),
    "meeting_changed.ask": N_("Meeting changed, answer again"),
    "meeting_changed.stay": N_("Meeting changed, answer stays"),
    "signal_accepted.agenda": N_("Signal on the agenda"),
    "signal_accepted.counts": N_("Signal counts"),
    "mail_received.answer": N_("Notice of an answer by mail"),
    "mail_received.complaint": N_("Notice of a complaint"),
}


def called(key: str) -> str:
    """What a text is called, to be translated."""
    return VARIANT_WORDS.get(key) or LETTER_WORDS[letter_of(key)]


def grouped(*, of_region: bool) -> list[tuple[str, list[str]]]:
    """The texts that can be edited for one region, or for all of them, under the headings of their groups."""
    known = [*VARIANT_WORDS, *(key for key in keys() if key not in VARIANT_WORDS)]
    shown = [key for key in known if not of_region or letter_of(key) not in OF_NO_REGION]
    found = [(word, [key for name in names for key in shown if letter_of(key) == name]) for word, names in GROUPS]
    rest = [key for key in shown if all(letter_of(key) not in names for _word, names in GROUPS)]
    return [(word, some) for word, some in [*found, (STAFF, rest)] if some]
