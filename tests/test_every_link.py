"""Nobody is led to a page that they may not open, or that is not there."""

import re
from collections import deque
from collections.abc import Callable

import pytest
from fastapi.routing import iter_route_contexts
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.app import make_app
from bsoo.db import Database
from bsoo.settings import Settings
from tests import world
from tests.conftest import People

pytestmark = pytest.mark.once

FIRST_PAGES = {"home", "network", "meetings", "signals", "publications"}
"""A few that every member of staff reaches, which prove that the walk walked."""

SignIn = Callable[[Actor], TestClient]

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


@pytest.fixture(scope="module")
def patterns(settings: Settings) -> dict[str, re.Pattern[str]]:
    """The name of each GET route, and what its paths look like."""
    routes = iter_route_contexts(make_app(settings, Database("sqlite://")).routes)
    return {one.name or "": one.path_regex for one in routes if "GET" in (one.methods or ())}


@pytest.mark.parametrize("who", ["administrator", "amsterdam", "almere", "advocacy", "reader"])
def test_every_link_that_a_member_of_staff_sees_opens(
    db: Session, people: People, signed_in: SignIn, patterns: dict[str, re.Pattern[str]], who: str
) -> None:
    world.build(db)
    actor: Actor = getattr(people, who)

    seen, closed = walk(signed_in(actor), "/vandaag", patterns)

    assert FIRST_PAGES - seen == set()
    assert closed == {}


def test_every_link_that_the_public_sees_opens(
    db: Session, client: TestClient, patterns: dict[str, re.Pattern[str]]
) -> None:
    world.build(db)

    seen, closed = walk(client, "/", patterns)

    assert {"public_home", "join", "publication"} - seen == set()
    assert closed == {}


def walk(
    client: TestClient, start: str, patterns: dict[str, re.Pattern[str]]
) -> tuple[set[str], dict[str, tuple[int, str]]]:
    """Open one address of each route that links lead to, per page it stands on; what did not open, and where it was."""
    seen: set[str] = set()
    closed: dict[str, tuple[int, str]] = {}
    queue = deque([(start, "")])
    while queue:
        address, on = queue.popleft()
        path = address.partition("?")[0]
        name = next((name for name, pattern in patterns.items() if pattern.match(path)), "")
        if name in seen:
            continue
        seen.add(name)
        answer = client.get(address)
        if answer.status_code >= 400 or not name:
            closed[address] = (answer.status_code, on)
        elif "location" in answer.headers:
            queue.append((answer.headers["location"], path))
        elif "text/html" in answer.headers["content-type"]:
            queue.extend((found.replace("&amp;", "&"), path) for found in LINK.findall(answer.text))
    return seen, closed
