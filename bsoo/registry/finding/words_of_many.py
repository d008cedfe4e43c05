"""The words of changes to many at once. Pure."""

from bsoo.i18n import N_
from bsoo.registry.finding.many_lines import What

WHAT: dict[What, str] = {
    What.INVITE: N_("Invite"),
    What.NOT_INVITE: N_("Do not invite"),
    What.CONFIRM: N_("Mark as checked today"),
    What.STATUS: N_("Member, guest or past member"),
    What.LEFT: N_("Note as left"),
    What.LANGUAGE: N_("Mail in another language"),
    What.THEME: N_("Give their organisations a theme"),
    What.NO_THEME: N_("Take a theme from their organisations"),
    What.SECTOR: N_("Kind of their organisations"),
}

DONE: dict[What, str] = {
    What.INVITE: N_("To invite from now on"),
    What.NOT_INVITE: N_("Not to invite from now on"),
    What.CONFIRM: N_("Checked"),
    What.STATUS: N_("Takes part as: %(value)s"),
    What.LEFT: N_("Noted as left"),
    What.LANGUAGE: N_("Mail in: %(value)s"),
    What.THEME: N_("Theme added: %(value)s"),
    What.NO_THEME: N_("Theme taken away: %(value)s"),
    What.SECTOR: N_("Kind of organisation: %(value)s"),
}
