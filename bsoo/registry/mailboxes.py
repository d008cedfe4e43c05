"""Addresses that a desk reads, and not one person: info@, secretariaat@, team-west@. Pure."""

import re

_NAMES = """
    info informatie contact post postbus mail mailbox office kantoor secretariaat secretaris administratie receptie
    balie algemeen vragen helpdesk hulp help support aanmelden aanmelding intake meldpunt spreekuur planning
    communicatie bestuur directie team wijkteam buurtteam opvang coordinatie vrijwilligers
    redactie noreply hallo hello welkom
"""
DESKS = frozenset(_NAMES.split())
"""What stands before the @ of a shared mailbox."""

_DIVIDERS = re.compile(r"[._+-]")


def is_shared(address: str) -> bool:
    """Whether the part before the @ is the name of a desk, or begins with one: info, team-west, intake.noord."""
    local = address.partition("@")[0].casefold()
    return local in DESKS or _DIVIDERS.split(local, maxsplit=1)[0] in DESKS
