"""A coordinator of another region and somebody who only reads, with the right addresses and ids, change nothing."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from tests.conftest import People
from tests.forms import fields_of
from tests.world import build

PUBLIC = {
    "helpful_table",
    "hsds_organization",
    "hsds_service",
    "publication",
    "publication_newest_pdf",
    "publication_pdf",
    "publication_version",
    "region_calendar",
    "public_meeting",
    "own_link_again",
}
"""What anybody may ask for."""

BY_LINK = ("/u/", "/mijn/", "/inloggen/")
"""Addresses whose token is the key."""

OPEN_TO_READERS = {
    "account_password",
    "account_save",
    "choose_region",
    "choose_theme",
    "join_send",
    "list_keep",
    "own_link_again",
    "sign_in_by_password",
}
"""What somebody who reads may send all the same: about themselves, and what anybody may."""


def test_a_coordinator_of_another_region_reads_and_changes_nothing(
    client: TestClient, db: Session, people: People, signed_in: Callable[[Actor], TestClient]
) -> None:
    world = build(db)
    db.commit()
    stranger = signed_in(people.almere)

    answered, asked = set(), 0
    for context in iter_route_contexts(app_of(client).routes):
        path, name = str(getattr(context.route, "path", "")), str(getattr(context.route, "name", ""))
        if "{" not in path or path.startswith(BY_LINK):
            continue
        for method in getattr(context.route, "methods", None) or ():
            asked += 1
            if stranger.request(method, world.address(path)).status_code not in {403, 404}:
                answered.add(name)

    assert asked > 60, "the walk itself is broken"
    assert answered == PUBLIC


@pytest.mark.once
def test_who_only_reads_hears_that_it_may_not_be_whatever_stands_in_the_form(
    client: TestClient, db: Session, people: People, signed_in: Callable[[Actor], TestClient]
) -> None:
    """Permission comes first: what is wrong with a form is told to nobody who may not send it."""
    world = build(db)
    db.commit()
    reader = signed_in(people.reader)

    answered, asked = set(), 0
    for route in posts(app_of(client)):
        asked += 1
        answer = reader.post(world.address(route.path_format), data=dict.fromkeys(fields_of(route), "x" * 5000))
        if answer.status_code not in {403, 404}:
            answered.add(route.name)

    assert asked > 100, "the walk itself is broken"
    assert answered == OPEN_TO_READERS


def posts(app: FastAPI) -> Iterator[RouteContext]:
    """What is sent by somebody who came in by an account, and stays in."""
    for route in iter_route_contexts(app.routes):
        if "POST" in (route.methods or ()) and not str(route.path).startswith((*BY_LINK, "/uitloggen")):
            yield route


def app_of(client: TestClient) -> FastAPI:
    app = client.app
    assert isinstance(app, FastAPI)
    return app
