"""The words of what speaks for or against a record."""

from functools import lru_cache
from typing import NamedTuple

from bsoo import i18n
from bsoo.i18n import N_
from bsoo.registry.keeping.trust import Reason, Trust, trust


class Said(NamedTuple):
    """How far a record can be trusted, in the language of the reader, with the icon and tone for it."""

    word: str
    icon: str
    tone: str
    why: str


def said(found: tuple[Reason, ...]) -> Said:
    """A page says it of fifty people, and few of them differ."""
    return _said_in(i18n.language(), found)


REASONS: dict[Reason, tuple[str, str, str]] = {
    Reason.SAYS_LEFT: (N_("says to have left"), "log-out", "warn"),
    Reason.NO_ADDRESS: (N_("has no e-mail address"), "mail-x", "neg"),
    Reason.BOUNCED: (N_("mail does not arrive"), "mail-x", "neg"),
    Reason.LONG_AGO: (N_("not confirmed for over two years"), "clock", "warn"),
    Reason.NEVER: (N_("never confirmed"), "clock", "warn"),
    Reason.SILENT: (N_("heard nothing for three meetings"), "bell-off", ""),
    Reason.NO_SHOW: (N_("said yes twice and was not there"), "user-x", ""),
    Reason.PROPOSED: (N_("proposes a change"), "pencil", "info"),
    Reason.STALE: (N_("not confirmed for over a year"), "clock", "warn"),
    Reason.NO_ORGANISATION: (N_("organisation is missing"), "circle-question-mark", ""),
    Reason.NO_ROLE: (N_("position is missing"), "circle-question-mark", ""),
    Reason.NO_PHONE: (N_("telephone number is missing"), "circle-question-mark", ""),
}
"""Words, icon and tone of each reason."""

LEVELS: dict[Trust, tuple[str, str, str]] = {
    Trust.GOOD: (N_("Probably right"), "badge-check", "pos"),
    Trust.LOOK: (N_("Have a look"), "circle-question-mark", "warn"),
    Trust.POOR: (N_("Probably not right"), "triangle-alert", "neg"),
}


@lru_cache(500)
def _said_in(language: str, found: tuple[Reason, ...]) -> Said:
    word, icon, tone = LEVELS[trust(found)]
    with i18n.speaking(language):
        return Said(i18n.gettext(word), icon, tone, ", ".join(i18n.gettext(REASONS[one][0]) for one in found))
