"""The verdicts of an import in words: what happens with a row, and why."""

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry import words
from bsoo.registry.imports.changes import Difference, Verdict
from bsoo.registry.imports.judging import Judged
from bsoo.registry.models import MemberStatus

VERDICTS: dict[Verdict, str] = {
    Verdict.NEW: N_("New"),
    Verdict.CHANGED: N_("To change"),
    Verdict.UNCHANGED: N_("Unchanged"),
    Verdict.CLASH: N_("Changed on both sides"),
    Verdict.POSSIBLE: N_("Possible duplicate"),
    Verdict.DOUBLE: N_("Double"),
    Verdict.PROBLEM: N_("With an error"),
    Verdict.LEFT_OUT: N_("Left out"),
}
ASKING = (Verdict.PROBLEM, Verdict.CLASH, Verdict.POSSIBLE, Verdict.DOUBLE)
"""Verdicts that ask for somebody's attention."""


def reason(judged: Judged) -> str:
    """Why a row is not taken over as it is, in a sentence."""
    if judged.verdict is Verdict.DOUBLE:
        return _("The same person as in row %(row)s.", row=judged.row.double_of)
    if judged.verdict is Verdict.POSSIBLE and judged.namesake:
        return _("Perhaps this is %(name)s, %(email)s.", name=judged.namesake.name, email=judged.namesake.email)
    if judged.verdict is Verdict.LEFT_OUT and judged.row.elsewhere:
        return _("This row is of %(region)s. Import the list there too.", region=judged.row.elsewhere)
    if judged.verdict is Verdict.CLASH:
        return _("This was changed here since the last list, and the list says something else now.")
    return words.fault_in_words(judged.row.fault) if judged.row.fault else ""


def field_name(difference: Difference) -> str:
    return _(words.FIELDS[difference.field])


def shown_value(difference: Difference, value: str) -> str:
    """A value as people read it."""
    if difference.field == "language" and value:
        return _("English") if value == "en" else _("Dutch")
    if difference.field == "status" and value:
        return _(words.STATUSES[MemberStatus(value)])
    if difference.field == "invited" and value:
        return _("yes") if value == "yes" else _("no")
    return value


def in_one_line(differences: list[Difference]) -> str:
    """All differences of a row, for a cell of a spreadsheet."""
    told = (
        f"{field_name(each)}: {shown_value(each, each.before)} → {shown_value(each, each.after)}"
        if each.before
        else f"{field_name(each)}: {shown_value(each, each.after)}"
        for each in differences
    )
    return "; ".join(told)
