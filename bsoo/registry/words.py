"""The words of the registry: names of fields on the page, and what lists call kinds and themes. Pure."""

import re
from functools import lru_cache

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.listed import BAD_ADDRESS, BLOCKED, NO_ADDRESS, NO_PERSON, TOO_LONG, Fault
from bsoo.registry.models import Basis, MemberStatus, Sector
from bsoo.registry.values import folded
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

BASES: dict[Basis, str] = {
    Basis.PUBLIC_TASK: N_("Cooperation in the consultation"),
    Basis.LEGITIMATE_INTEREST: N_("Legitimate interest"),
    Basis.CONSENT: N_("Consent"),
}

STATUSES: dict[MemberStatus, str] = {
    MemberStatus.MEMBER: N_("member"),
    MemberStatus.GUEST: N_("guest"),
    MemberStatus.PAST: N_("past member"),
}

_SECTOR_WORDS: dict[Sector, str] = {
    Sector.MUNICIPALITY: r"gemeente|overheid|municipality|wijkteam|buurtteam|loket|stadsdeel|rijk|politie|ggd",
    Sector.CARE: r"zorg|care|health|huisarts\w*|apotheek|ggz|tandarts\w*|verloskund\w*|ziekenhuis|straatdokter\w*|"
    r"arts\w*|medisch|psych\w*|kliniek|kruispost",
    Sector.SHELTER: r"opvang|onderdak|shelter|housing|wonen|\S*opvang|passantenhotel|lvv|bed",
    Sector.LEGAL: r"juridisch|rechtshulp|recht|legal|advoca\w*|rechtswinkel|law",
    Sector.MIGRANT_LED: r"migrantenorganisatie|zelforganisatie|migrant\w*|migrant-led|vrouwencentrum|refugee-led",
    Sector.FAITH: r"geloof\w*|kerk\w*|moskee|diaconie|parochie|religi\w*|faith|church|mosque|levensbeschouw\w*",
    Sector.FOOD: r"voedsel\w*|food|eten|weggeefwinkel|inkomen|kledingbank",
    Sector.EDUCATION: r"onderwijs|education|school\w*|taal\w*|schakelklas|universiteit|hogeschool|language",
    Sector.NGO: r"ngo|stichting|vereniging|hulporganisatie|steunpunt|inloophuis|charity|maatschappelijk\w*|welzijn",
}
_SECTOR_PATTERNS = [(sector, re.compile(rf"(?<![a-z])(?:{marks})(?![a-z])")) for sector, marks in _SECTOR_WORDS.items()]


def sector_of(said: str, listed: Words) -> str:
    """The kind that a word in a list, or the name of an organisation, speaks of: called so, or what it reminds of."""
    return listed.said(Vocabulary.SECTOR, said) or listed.standing(Vocabulary.SECTOR, _sector_meant(said))


@lru_cache(maxsize=4_000)
def _sector_meant(said: str) -> str:
    plain = folded(said)
    return next((sector for sector, pattern in _SECTOR_PATTERNS if pattern.search(plain)), "")


_THEME_WORDS: dict[str, str] = {
    "onderdak": r"onderdak|opvang|wonen|huisvesting|shelter|housing|slaapplek\w*",
    "voedsel": r"voedsel\w*|eten|food|basisbehoeften|kleding|inloop",
    "medische-zorg": r"medisch\w*|zorg|(?<!psychische )(?<!geestelijke )gezondheid|(?<!mental )health|"
    r"huisarts\w*|tandarts\w*|apotheek|verloskund\w*",
    "psychische-gezondheid": r"psych\w*|geestelijke|pso|ggz|mental|trauma|verslaving",
    "rechten": r"jurid\w*|recht\w*|verblijf\w*|legal|advoca\w*|procedure\w*|asiel",
    "gezinnen": r"gezin\w*|kinder\w*|minderjarig\w*|jeugd|jongeren|famil\w*|children|youth|zwanger\w*",
    "onderwijs": r"onderwijs|taal\w*|school\w*|scholing|education|language",
    "arbeid": r"arbeid\w*|werk|work|labour|dagbesteding",
    "uitbuiting": r"uitbuiting|mensenhandel|exploitation|trafficking",
    "geld": r"geld|financ\w*|schuld\w*|inkomen|money|bank",
    "veiligheid": r"veilig\w*|geweld|politie|safety|violence|police",
    "detentie": r"detentie|detention|gevangen\w*",
    "terugkeer": r"terugkeer|return|toekomst\w*|reintegratie",
    "discriminatie": r"discriminatie|uitsluiting|racisme|lhbt\w*|lgbt\w*",
    "informatie": r"informatie|tolk\w*|voorlichting|information|sociale kaart|wegwijs",
    "samenwerking": r"beleid|samenwerking|uitvoering|policy|cooperation",
}
_THEME_PATTERNS = [(code, re.compile(rf"(?<![a-z])(?:{marks})(?![a-z])")) for code, marks in _THEME_WORDS.items()]


def themes_of(said: str, listed: Words) -> tuple[str, ...]:
    """The codes of the themes that one word or phrase of a list speaks of; what a theme is called is that theme."""
    if named := listed.said(Vocabulary.THEME, said):
        return (named,)
    return tuple(listed.usable(Vocabulary.THEME, _themes_meant(said)))


@lru_cache(maxsize=4_000)
def _themes_meant(said: str) -> tuple[str, ...]:
    plain = folded(said)
    return tuple(code for code, pattern in _THEME_PATTERNS if pattern.search(plain))


FIELDS: dict[str, str] = {
    "name": N_("Name"),
    "title": N_("Title"),
    "email": N_("E-mail address"),
    "phone": N_("Telephone"),
    "role": N_("Position"),
    "department": N_("Department"),
    "language": N_("Language"),
    "organisation": N_("Organisation"),
    "region": N_("Region"),
    "status": N_("Takes part as"),
    "invited": N_("Invite"),
    "confirmed": N_("Confirmed"),
    "left": N_("Has left"),
    "sector": N_("Kind of organisation"),
    "street": N_("Address"),
    "postcode": N_("Postcode"),
    "place": N_("Town"),
    "website": N_("Website"),
    "kvk": N_("Chamber of Commerce number"),
    "themes": N_("Themes"),
    "notes": N_("Notes"),
}


MEANINGS: dict[Meaning, str] = {
    Meaning.ORGANISATION: N_("Organisation"),
    Meaning.DEPARTMENT: N_("Department"),
    Meaning.SECTOR: N_("Kind of organisation"),
    Meaning.NAME: N_("Name (given and family name)"),
    Meaning.TITLES: N_("Title"),
    Meaning.GIVEN: N_("Given name"),
    Meaning.INFIX: N_("Infix"),
    Meaning.FAMILY: N_("Family name"),
    Meaning.ROLE: N_("Position"),
    Meaning.EMAIL: N_("E-mail address"),
    Meaning.PHONE: N_("Telephone"),
    Meaning.STREET: N_("Address"),
    Meaning.HOUSE_NUMBER: N_("House number"),
    Meaning.POSTCODE: N_("Postcode"),
    Meaning.CITY: N_("Town"),
    Meaning.REGION: N_("Region"),
    Meaning.WEBSITE: N_("Website"),
    Meaning.KVK: N_("Chamber of Commerce number"),
    Meaning.LANGUAGE: N_("Language"),
    Meaning.THEMES: N_("Themes"),
    Meaning.STATUS: N_("Takes part as"),
    Meaning.INVITED: N_("Invite (yes or no)"),
    Meaning.LEFT: N_("Has left"),
    Meaning.CONFIRMED: N_("Confirmed on"),
    Meaning.REMARKS: N_("Remarks (only whether somebody left)"),
    Meaning.IGNORED: N_("Leave out"),
}


def fault_in_words(fault: Fault) -> str:
    """Why a row cannot be taken over, and in which cell."""
    sentence = {
        NO_ADDRESS: _("There is no e-mail address."),
        BAD_ADDRESS: _("‘%(value)s’ is no e-mail address.", value=fault.value),
        NO_PERSON: _("There is no person in this row."),
        TOO_LONG: _("The text is too long: ‘%(value)s…’", value=fault.value),
        BLOCKED: _("This address wants no mail, or was deleted on request."),
    }[fault.kind]
    return sentence + (" " + _("Cell %(cell)s.", cell=fault.cell) if fault.cell else "")
