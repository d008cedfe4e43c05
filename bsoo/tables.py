"""Imports every table, for Alembic and for foreign keys that are written as table names."""

from sqlmodel import SQLModel

from bsoo import links, logbook, regions
from bsoo.access import models as access
from bsoo.mail import models as mail
from bsoo.mail import purposes
from bsoo.mail.checkup import runs as checkup
from bsoo.mail.wording import models as wording
from bsoo.meetings import models as meetings
from bsoo.minutes import models as minutes
from bsoo.privacy import periods
from bsoo.publications import models as publications
from bsoo.registry import basis, consents
from bsoo.registry import models as registry
from bsoo.registry.doubles import merges
from bsoo.registry.finding import saved
from bsoo.registry.keeping import confirmations, departures
from bsoo.services import models as services
from bsoo.signals import models as signals
from bsoo.terms import models as terms
from bsoo.vocabularies import models as vocabularies

MODULES = (
    *(regions, links, logbook, access, mail, purposes, checkup, wording, terms, vocabularies),
    *(registry, consents, basis, merges, saved, departures, confirmations),
    *(signals, services, meetings, minutes, publications, periods),
)
metadata = SQLModel.metadata
