"""What the codes in the database mean, for the page that somebody gets of their data. JSON keeps the codes."""

from collections.abc import Mapping

from bsoo.access.models import Role
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.mail.incoming_words import ANSWER_WORDS, KIND_WORDS
from bsoo.mail.purpose_words import NAMES
from bsoo.mail.words import LETTER_WORDS, STATE_WORDS
from bsoo.meetings.models import Via
from bsoo.meetings.words import ANSWERS, PRESENCES, WHY_OUT
from bsoo.minutes.models import ActionState
from bsoo.registry.doubles.words_of_merging import THINGS
from bsoo.registry.finding.words_of_many import WHAT
from bsoo.registry.words import BASES, FIELDS, STATUSES
from bsoo.signals.words import FOR_THE_REPORTER

Words = Mapping[str, str]

_ANSWERS: Words = {str(code): word for code, word in ANSWERS.items()}
_STATES: Words = {str(code): said[0] for code, said in STATE_WORDS.items()}
_KINDS: Words = {str(code): said[0] for code, said in KIND_WORDS.items()}
_PURPOSES: Words = {str(code): said[0] for code, said in NAMES.items()}
_VIA: Words = {Via.PAGE: N_("on the page"), Via.CALENDAR: N_("by the calendar"), Via.STAFF: N_("noted by staff")}
_BLOCKED: Words = {"complaint": N_("marked our mail as unwanted"), "erased": N_("asked to be erased")}

CODES: Mapping[tuple[str, str], Words] = {
    ("membership", "basis"): {str(code): word for code, word in BASES.items()},
    ("purpose_basis", "basis"): {str(code): word for code, word in BASES.items()},
    ("purpose_basis", "purpose"): _PURPOSES,
    ("membership", "status"): {str(code): word for code, word in STATUSES.items()},
    ("mail_stop", "purpose"): _PURPOSES,
    ("blocked", "purpose"): _PURPOSES,
    ("blocked", "reason"): _BLOCKED,
    ("alternative", "field"): FIELDS,
    ("proposal", "field"): FIELDS,
    ("invitation", "answer"): _ANSWERS,
    ("invitation_answer", "answer"): _ANSWERS,
    ("invitation_answer", "via"): _VIA,
    ("attendance", "presence"): {str(code): word for code, word in PRESENCES.items()},
    ("action", "state"): {
        ActionState.OPEN: N_("open"),
        ActionState.DONE: N_("done"),
        ActionState.DROPPED: N_("dropped"),
        ActionState.MOVED: N_("moved"),
    },
    ("personal_link", "purpose"): {"invitation": LETTER_WORDS["invitation"], "own-page": LETTER_WORDS["own_page"]},
    ("letter", "name"): LETTER_WORDS,
    ("letter", "state"): _STATES,
    ("letter_event", "state"): _STATES,
    ("letter_text", "name"): LETTER_WORDS,
    ("mailing", "letter"): LETTER_WORDS,
    ("mailing_left_out", "why"): WHY_OUT,
    ("incoming_mail", "kind"): _KINDS,
    ("incoming_mail", "answer"): {str(code): word for code, word in ANSWER_WORDS.items()},
    ("signal", "state"): {str(code): word for code, word in FOR_THE_REPORTER.items()},
    ("many_change", "what"): {str(code): word for code, word in WHAT.items()},
    ("many_change_row", "table_name"): THINGS,
    ("contact_import_change", "table_name"): THINGS,
    ("role_grant", "role"): {
        Role.ADMINISTRATOR: N_("administrator"),
        Role.COORDINATOR: N_("coordinator"),
        Role.ADVOCACY: N_("advocacy"),
        Role.READER: N_("reader"),
    },
    ("log_entry", "answer"): _ANSWERS,
    ("log_entry", "via"): _VIA,
    ("log_entry", "purpose"): _PURPOSES,
}

_EVERYWHERE: Mapping[str, Words] = {"language": {"nl": N_("Dutch"), "en": N_("English")}}

_SUBJECTS: Words = {
    "action": N_("an action"),
    "attendance": N_("attendance"),
    "block": N_("a line of the minutes"),
    "consenttext": N_("the text of consent"),
    "contact": N_("a contact"),
    "contacts": N_("contacts"),
    "incoming": N_("mail received"),
    "invitation": N_("an invitation"),
    "joinrequest": N_("a request to take part"),
    "letter": N_("a letter"),
    "list": N_("a saved list"),
    "logbook": N_("the logbook"),
    "mailing": N_("a mailing"),
    "meeting": N_("a meeting"),
    "minutes": N_("minutes"),
    "organisation": N_("an organisation"),
    "publication": N_("a publication"),
    "region": N_("a region"),
    "retention": N_("how long we keep something"),
    "service": N_("a service"),
    "signal": N_("a signal"),
    "summary": N_("a summary of signals"),
    "user": N_("a member of staff"),
}
_ACTS: Words = {
    "accepted": N_("accepted"),
    "added": N_("added"),
    "adopted": N_("adopted"),
    "answered": N_("answered"),
    "asked": N_("asked"),
    "cancelled": N_("cancelled"),
    "changed": N_("changed"),
    "checked": N_("checked"),
    "closed": N_("closed"),
    "corrected": N_("corrected"),
    "declined": N_("declined"),
    "disclosed": N_("everything that is kept was taken out"),
    "erased": N_("erased"),
    "exported": N_("exported"),
    "expiring": N_("forgotten soon"),
    "granted": N_("a role was given"),
    "handed-over": N_("handed over"),
    "handled": N_("handled"),
    "import-undone": N_("an import was taken back"),
    "imported": N_("imported"),
    "invited": N_("invited"),
    "kept": N_("kept"),
    "let-go": N_("forgotten"),
    "noted": N_("noted"),
    "paused": N_("paused"),
    "planned": N_("planned"),
    "published": N_("published"),
    "recoded": N_("theme changed"),
    "released": N_("lines were forgotten"),
    "reminded": N_("reminded"),
    "removed": N_("removed"),
    "renewed": N_("a new link was sent"),
    "reopened": N_("opened again"),
    "restored": N_("put back"),
    "revoked": N_("a role was taken away"),
    "scheduled": N_("scheduled"),
    "started": N_("started"),
    "stopped": N_("stopped"),
    "submitted": N_("sent in"),
    "taken-back": N_("taken back"),
    "trimmed": N_("made shorter"),
    "withdrawn": N_("withdrawn"),
    "written": N_("written"),
}


def meaning(table: str, column: str, code: str) -> str:
    """What a code of a column means; empty when it is no code."""
    word = CODES.get((table, column), {}).get(code) or _EVERYWHERE.get(column, {}).get(code)
    return _(word) if word else ""


def deed(verb: str) -> str:
    """A line of the logbook for which the timeline has no words: "a meeting: planned"."""
    subject, _dot, act = verb.partition(".")
    return ": ".join(filter(None, (_(_SUBJECTS.get(subject, subject)), _(_ACTS.get(act, act.replace("-", " "))))))
