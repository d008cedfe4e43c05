"""A coordinator of another region, with the right addresses and ids in hand, gets nowhere."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from tests.conftest import People
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


def app_of(client: TestClient) -> FastAPI:
    app = client.app
    assert isinstance(app, FastAPI)
    return app
