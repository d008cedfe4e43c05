"""Every route says who may come in, reads on GET and writes on everything else."""

import inspect
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from sqlalchemy import event
from starlette.testclient import TestClient

from bsoo.app import make_app
from bsoo.db import Database
from bsoo.routes import edge
from bsoo.settings import Settings

pytestmark = pytest.mark.once

ACCESS_RULES = {edge.visitor: "Visitor", edge.staff: "Staff", edge.partner: "Partner"}

NOT_OURS = {
    "openapi": "FastAPI's own description of the machine routes",
    "static": "files that hold nothing of anybody",
}

ACCESS_BY_NAME = {
    "sign_in": "Visitor",
    "network": "Staff",
    "home": "Staff",
    "invitation": "Partner",
}
"""A few known routes, which prove that the walk walked."""


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    return make_app(settings, Database("sqlite://"))


@pytest.fixture(scope="module")
def routes(app: FastAPI) -> list[RouteContext]:
    return [one for one in iter_route_contexts(app.routes) if one.name not in NOT_OURS]


def dependencies(route: RouteContext) -> list[Callable[..., object]]:
    """What the route's own parameters ask for."""
    return [one.call for one in route.dependant.dependencies if one.call is not None]


def all_dependencies(route: RouteContext) -> Iterator[Callable[..., object]]:
    """Those, and what they ask for themselves."""
    waiting = list(route.dependant.dependencies)
    while waiting:
        one = waiting.pop()
        waiting.extend(one.dependencies)
        if one.call is not None:
            yield one.call


def methods(route: RouteContext) -> set[str]:
    return route.methods or set()


def rules(route: RouteContext) -> list[str]:
    return [ACCESS_RULES[call] for call in dependencies(route) if call in ACCESS_RULES]


def test_the_walk_finds_the_routes_that_we_know(routes: list[RouteContext]) -> None:
    found = {route.name: "".join(rules(route)) for route in routes}

    assert {name: found.get(name) for name in ACCESS_BY_NAME} == ACCESS_BY_NAME
    assert all(isinstance(route.original_route, APIRoute) for route in routes)


def test_every_route_has_exactly_one_access_rule(routes: list[RouteContext]) -> None:
    assert {f"{methods(route)} {route.path}": rules(route) for route in routes if len(rules(route)) != 1} == {}


def test_every_route_behind_a_personal_link_has_the_token_in_its_address(routes: list[RouteContext]) -> None:
    personal = {route.path for route in routes if rules(route) == ["Partner"]}
    with_token = {route.path for route in routes if "{token" in (route.path or "")}

    assert personal - with_token == set()
    assert personal != set()


def test_get_reads_and_everything_else_writes(routes: list[RouteContext]) -> None:
    reading = [route for route in routes if methods(route) <= {"GET", "HEAD"}]
    writing = [route for route in routes if not methods(route) & {"GET", "HEAD"}]

    assert len(reading) + len(writing) == len(routes)
    assert [route.path for route in reading if edge.write_session in all_dependencies(route)] == []
    assert [route.path for route in writing if edge.write_session not in dependencies(route)] == []


def test_every_name_and_every_address_is_one_route_only(routes: list[RouteContext]) -> None:
    addresses = [f"{method} {route.path}" for route in routes for method in sorted(methods(route))]
    names = [route.name or "" for route in routes]

    assert sorted({one for one in addresses if addresses.count(one) > 1}) == []
    assert sorted({one for one in names if names.count(one) > 1}) == []


def test_no_route_is_hidden_by_an_earlier_one(routes: list[RouteContext]) -> None:
    """`/contacten/nieuw` must stand above `/contacten/{contact_id}`, or it is never reached."""
    hidden = []
    for route in routes:
        path = (route.path_format or "").format_map(dict.fromkeys(route.param_convertors, "x1"))
        first = next(one for one in routes if methods(one) & methods(route) and one.path_regex.match(path))
        if first.name != route.name:
            hidden.append(f"{route.path} by {first.path}")

    assert hidden == []


def test_routes_are_plain_functions(routes: list[RouteContext]) -> None:
    """An `async def` route would hold up every other request while it waits for the database."""
    waiting = [route.path for route in routes if inspect.iscoroutinefunction(route.endpoint)]

    assert waiting == []


def test_a_change_that_cannot_be_kept_is_not_answered_as_done(database: Database) -> None:
    app = FastAPI()
    app.state.database = database

    @app.post("/")
    def change(db: edge.WriteDB) -> dict[str, str]:
        event.listen(db, "before_commit", lambda session: 1 / 0)
        return {"said": "done"}

    answer = TestClient(app, raise_server_exceptions=False).post("/")

    assert answer.status_code == 500
