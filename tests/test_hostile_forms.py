"""Every address, with all that nobody should send: no failure, the reader's language, and what was typed stays."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from httpx2 import Response
from sqlalchemy import Connection
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from bsoo import app, clock
from bsoo.db import Database
from bsoo.installation import introduce
from bsoo.routes.edge import SESSION_COOKIE
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.forms import Forms, as_sent, fields_of
from tests.pages import Page
from tests.world import World, build

# Thousands of requests; what they cover is covered by tests that also look at what happens.
pytestmark = pytest.mark.no_cover

ROUTES = [route for router in app.ROUTERS for route in iter_route_contexts(router.routes)]
GETS = [route for route in ROUTES if "GET" in (route.methods or ())]
POSTS = [route for route in ROUTES if route not in GETS]

Ask = Callable[..., Response]

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }} %(name)s %s"

FOR_ENGINES = {
    "far too long": "a" * 99_000 + "é" * 1_000,
    "an id of nothing": "01890000-0000-7000-8000-000000000000",
    "a huge number": "9" * 40,
    "a negative number": "-1",
    "an impossible day": "2026-02-30",
    "the last day": "9999-12-31",
}
"""What one database may take and another may refuse."""

HOSTILE = {
    "nothing": "",
    "markup": MARKUP,
    "a formula": "=cmd|' /C calc'!A0",
    "no id": "../../etc/passwd",
    "digits of another script": "١٢٣",
    "an impossible time": "25:61",
    "an address with a line": "a@example.org\nBcc: b@example.org",
}
"""What is the same for every database."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

RAW = {
    "NUL and broken UTF-8": b"%00%01%1B%FF%FE%ED%A0%80%C3",
    "raw bytes": b"\x00\x01\xff\xfe\xed\xa0\x80",
}

RUBBISH = ("x", "2026-9", "9999-4", "..%2F")
RUBBISH_FOR_ENGINES = ("%00", "%FF%FE", "9" * 400)
"""Parts of an address."""

AT_REST = {"readyz": 503, "invitation_letter": 404}
"""What answers otherwise without more ado: these tables were not made by migrations, and a letter is a contact's."""

LONGEST = 5.0
"""Seconds of processor time for one answer; a pattern that runs wild takes minutes."""


# --- The world, built once; every test puts it back -----------------------------------------------------------------


@pytest.fixture(scope="module")
def ground(engine_database: Database, settings: Settings) -> Iterator[tuple[Connection, World]]:
    introduce(settings)
    with pytest.MonkeyPatch.context() as patch, engine_database.engine.connect() as connection:
        patch.setattr(clock, "_instant", lambda: NOW)
        outer = connection.begin()
        with engine_database.bound_to(connection):
            with engine_database.transaction() as db:
                world = build(db)
            yield connection, world
        outer.rollback()


@pytest.fixture(scope="module")
def at_first(ground: tuple[Connection, World]) -> dict[str, list[str]]:
    """What is stored before each test: the one before it was rolled back."""
    return rows(ground[0])


@pytest.fixture(scope="module")
def browser(ground: tuple[Connection, World], application: FastAPI) -> Iterator[TestClient]:
    headers = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(application, follow_redirects=False, headers=headers) as client:
        yield client


@pytest.fixture
def world(ground: tuple[Connection, World]) -> Iterator[World]:
    connection, world = ground
    kept = connection.begin_nested()
    yield world
    kept.rollback()


@pytest.fixture
def ask(browser: TestClient, world: World) -> Ask:
    """One request, by an administrator who reads this language; it must end well and in time."""

    def send(method: str, path: str, language: str = "nl", **options: Any) -> Response:  # Any: the client's own options
        browser.cookies.clear()
        browser.cookies.set(SESSION_COOKIE, world.staff[language])
        began = time.process_time()
        answer: Response = browser.request(method, path, **options)
        assert time.process_time() - began < LONGEST, f"{method} {path} took too long"
        assert answer.status_code < 500 or "/readyz" in path, f"{method} {path}: {answer.status_code}"
        return answer

    return send


def name_of(route: RouteContext) -> str:
    return route.name or ""


# --- The walks ------------------------------------------------------------------------------------------------------


def test_the_walk_knows_every_address_and_its_fields(world: World) -> None:
    parameters = {name for route in ROUTES for name in route.param_convertors}

    assert parameters - {"token"} - set(world.values) == set()
    assert {"sign_in_by_password", "contact_save", "invitation_answer"} <= {route.name for route in POSTS}
    assert {"email", "password"} <= set(
        fields_of(next(route for route in POSTS if route.name == "sign_in_by_password"))
    )


@pytest.mark.parametrize(
    "texts", [pytest.param(HOSTILE, marks=pytest.mark.once, id="hostile"), pytest.param(FOR_ENGINES, id="engines")]
)
@pytest.mark.parametrize("route", POSTS, ids=name_of)
def test_a_form_with_anything_in_it_is_answered(
    route: RouteContext, texts: dict[str, str], world: World, ask: Ask
) -> None:
    fields = fields_of(route)

    for kind, text in texts.items():
        for language in ("nl", "en") if kind == "markup" else ("nl",):
            path = world.address(route.path_format, language)
            typed = dict.fromkeys(fields, text)
            answer = ask("POST", path, language, content=as_sent(typed), headers=FORM)
            assert "<script>alert(1)" not in answer.text, kind
            assert "onerror=alert(1)>" not in answer.text, kind
            if answer.status_code == 422:
                shown = Forms(answer.text)
                assert shown.lost(path, typed) == [], f"{kind}: what was typed is gone"
                assert shown.language in {language, ""}, kind
            is_looked_at = kind in {"nothing", "markup"} or answer.status_code == 422
            if is_looked_at and answer.text.startswith("<!doctype html>"):
                assert Page(answer.text).faults() == [], kind


@pytest.mark.parametrize("route", POSTS, ids=name_of)
def test_bytes_that_no_text_holds_are_answered(route: RouteContext, world: World, ask: Ask) -> None:
    path = world.address(route.path_format)

    for value in RAW.values():
        ask("POST", path, content=b"&".join(name.encode() + b"=" + value for name in fields_of(route)), headers=FORM)


@pytest.mark.once  # what is no form is refused before any database is asked
@pytest.mark.parametrize("route", POSTS, ids=name_of)
def test_a_body_that_is_no_form_is_answered(route: RouteContext, world: World, ask: Ask) -> None:
    path = world.address(route.path_format)
    fields = fields_of(route)

    ask("POST", path, content=b"&".join(b"x%d=1" % number for number in range(4000)), headers=FORM)
    ask("POST", path, content=json.dumps(dict.fromkeys(fields, 1)), headers={"Content-Type": "application/json"})
    ask("POST", path, content=b"--x\r\nrubbish", headers={"Content-Type": "multipart/form-data; boundary=x"})
    ask("POST", path, files=dict.fromkeys(fields or ["x"], ("x.xlsx", b"PK\x03\x04rubbish")))
    ask("POST", path, data={name: ["1", "2", "x" * 1000] for name in fields})


@pytest.mark.parametrize(
    "parts",
    [pytest.param(RUBBISH, marks=pytest.mark.once, id="rubbish"), pytest.param(RUBBISH_FOR_ENGINES, id="engines")],
)
@pytest.mark.parametrize("route", [route for route in ROUTES if route.param_convertors], ids=name_of)
def test_an_address_of_nothing_is_answered(route: RouteContext, parts: tuple[str, ...], world: World, ask: Ask) -> None:
    """Including an address that holds what no database can: the answer is that there is nothing."""
    method = "GET" if route in GETS else "POST"
    # The page with the button that uses a sign-in link is the same for every link.
    expected = {303, 307, 403, 404, 410, 422} | ({200} if route.name == "sign_in_link" else set())

    for rubbish in parts:
        answer = ask(method, world.address(route.path_format, rubbish=rubbish))
        assert answer.status_code in expected, f"{rubbish}: {answer.status_code}"


@pytest.mark.once
@pytest.mark.parametrize("route", GETS, ids=name_of)
def test_a_question_with_anything_in_it_is_answered(route: RouteContext, world: World, ask: Ask) -> None:
    path, names = world.address(route.path_format), asked_by(route)

    for kind in ("nothing", "markup", "no id"):
        answer = ask("GET", path, params=dict.fromkeys(names, HOSTILE[kind]))
        assert "<script>alert(1)" not in answer.text, kind
    ask("GET", f"{path}?" + "&".join(f"{name}=1&{name}={'x' * 2000}" for name in names))


@pytest.mark.parametrize("route", GETS, ids=name_of)
def test_a_question_that_a_database_may_refuse_is_answered(route: RouteContext, world: World, ask: Ask) -> None:
    path, names = world.address(route.path_format), asked_by(route)

    assert ask("GET", path).status_code in {200, 303, AT_REST.get(str(route.name))}
    for kind in ("a huge number", "a negative number", "the last day"):
        ask("GET", path, params=dict.fromkeys(names, FOR_ENGINES[kind]))
    ask("GET", f"{path}?" + "&".join(f"{name}=%00%FF%ED%A0%80" for name in names))


def asked_by(route: RouteContext) -> list[str]:
    """The names that a route takes from its address, with those of every page."""
    return sorted({one.name for one in route.dependant.query_params} | {"taal", "bladzijde", "q"})


@pytest.mark.once
@pytest.mark.parametrize("route", GETS, ids=name_of)
def test_looking_changes_nothing(
    route: RouteContext, world: World, ask: Ask, ground: tuple[Connection, World], at_first: dict[str, list[str]]
) -> None:
    """A mail scanner opens every link, also with HEAD."""
    ask("GET", world.address(route.path_format))
    ask("HEAD", world.address(route.path_format))

    assert rows(ground[0]) == at_first


def rows(connection: Connection) -> dict[str, list[str]]:
    """Everything that is stored."""
    return {
        table.name: sorted(map(str, connection.execute(table.select()).all()))
        for table in SQLModel.metadata.sorted_tables
    }
