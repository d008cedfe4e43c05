"""What every route shares: a session that commits before the answer, who is asking, what was typed, and answers.

Access rules are the parameter types `Staff`, `Visitor` and `Partner`; every route has exactly one of them.
"""

from bsoo.errors import UNTRIED, Tried
from bsoo.routes.edge.answers import PRIVATE, came_from, done, safe_path
from bsoo.routes.edge.attempts import attempt, slow_down
from bsoo.routes.edge.forms import Typed, TypedForm, clean, identifier, optional_identifier, page_number
from bsoo.routes.edge.sessions import ReadDB, WriteDB, database, settings, write_session
from bsoo.routes.edge.who import (
    SESSION_COOKIE,
    LinkClosed,
    LinkedContact,
    NotSignedIn,
    Partner,
    Staff,
    Visitor,
    chosen_region,
    my_regions,
    partner,
    region_or_404,
    staff,
    visitor,
)
from bsoo.templating import path_to, render

__all__ = [
    "PRIVATE",
    "SESSION_COOKIE",
    "UNTRIED",
    "LinkClosed",
    "LinkedContact",
    "NotSignedIn",
    "Partner",
    "ReadDB",
    "Staff",
    "Tried",
    "Typed",
    "TypedForm",
    "Visitor",
    "WriteDB",
    "attempt",
    "came_from",
    "chosen_region",
    "clean",
    "database",
    "done",
    "identifier",
    "my_regions",
    "optional_identifier",
    "page_number",
    "partner",
    "path_to",
    "region_or_404",
    "render",
    "safe_path",
    "settings",
    "slow_down",
    "staff",
    "visitor",
    "write_session",
]
