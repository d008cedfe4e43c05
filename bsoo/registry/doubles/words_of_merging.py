"""What moves along with a merge, in words: names of kinds of things, and numbers of them. Pure."""

from collections.abc import Mapping

from bsoo.i18n import N_, ngettext
from bsoo.i18n import gettext as _

THINGS: dict[str, str] = {
    "contact": N_("details of the contact"),
    "organisation": N_("details of the organisation"),
    "affiliation": N_("position"),
    "membership": N_("place in a region"),
    "purpose_basis": N_("basis of one kind of mail"),
    "organisation_region": N_("region"),
    "contact_address": N_("e-mail address"),
    "alternative": N_("other value"),
    "invitation": N_("invitation"),
    "invitation_answer": N_("answer"),
    "attendance": N_("attendance"),
    "signal": N_("signal"),
    "nothing_new": N_("“nothing new”"),
    "action": N_("action"),
    "letter": N_("mail"),
    "service": N_("service"),
    "personal_link": N_("personal link"),
    "": N_("something else"),
}


def number_of(table: str, number: int) -> str:
    """ "3 answers": what a table holds, counted; empty for what nobody would miss."""
    words = {
        "affiliation": lambda: ngettext("%(num)s position", "%(num)s positions", number),
        "membership": lambda: ngettext("%(num)s place in a region", "%(num)s places in a region", number),
        "organisation_region": lambda: ngettext("%(num)s region", "%(num)s regions", number),
        "contact_address": lambda: ngettext("%(num)s e-mail address", "%(num)s e-mail addresses", number),
        "invitation": lambda: ngettext("%(num)s invitation", "%(num)s invitations", number),
        "invitation_answer": lambda: ngettext("%(num)s answer", "%(num)s answers", number),
        "attendance": lambda: ngettext("%(num)s attendance", "%(num)s attendances", number),
        "signal": lambda: ngettext("%(num)s signal", "%(num)s signals", number),
        "action": lambda: ngettext("%(num)s action", "%(num)s actions", number),
        "letter": lambda: ngettext("%(num)s mail", "%(num)s mails", number),
        "service": lambda: ngettext("%(num)s service", "%(num)s services", number),
        "personal_link": lambda: ngettext("%(num)s personal link", "%(num)s personal links", number),
        "alternative": lambda: ngettext("%(num)s other value", "%(num)s other values", number),
    }
    return words[table]() if table in words and number else ""


def numbers(moves: Mapping[str, int]) -> str:
    """ "3 answers, 2 signals"."""
    return ", ".join(filter(None, (number_of(table, number) for table, number in moves.items()))) or _("nothing")
