"""Nobody reads or changes without saying who: `db, actor` come first in every action and query of the domain."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.logbook import Doer

pytestmark = pytest.mark.once

DOMAIN = (
    *("access", "registry", "signals", "services", "exports", "vocabularies", "meetings", "minutes", "publications"),
    "privacy",
)
"""All but mail, which is lower than access: whoever calls it has asked already, and routes/mail.py requires."""

NO_ACTOR_YET = {
    "bsoo.access.actions.sign_in": "makes the actor",
    "bsoo.access.actions.use_link": "makes the actor",
    "bsoo.access.actions.ask_link": "asked by somebody who is not signed in; says nothing about who has an account",
    "bsoo.access.actions.make_link": "the token of a link for somebody who cannot sign in yet",
    "bsoo.access.actions.open_browser": "the session that signing in ends with",
    "bsoo.access.actions.allow": "the rate limit counts sources, not people",
    "bsoo.access.queries.signed_in": "finds the actor",
    "bsoo.access.queries.grants_of": "makes the actor",
    "bsoo.access.queries.open_sign_in_link": "finds the actor",
    "bsoo.registry.queries.contact_as_actor": "finds the actor behind a personal link",
}

NO_PERSON = {
    "bsoo.signals.themes.make_first_themes": "fills an empty installation",
    "bsoo.registry.consents.make_first_text": "as the one above",
}

PART_OF_AN_ACTION = {
    "bsoo.registry.imports.known.known": "what an import compares with, for a plan whose maker was asked",
    "bsoo.registry.snapshots.put_back": "a step of taking an import back",
    "bsoo.registry.snapshots.values": "how rows are, for those who take a change back",
    "bsoo.registry.imports.standing.changes_of": "what an import changed, for its undoing",
    "bsoo.registry.imports.standing.on": "what stands on an import, for its undoing",
    "bsoo.registry.imports.undoing.as_it_is": "the rows that an import is about to change",
    "bsoo.registry.imports.undoing.remember": "a step of an import",
    "bsoo.registry.imports.writing.write": "the last step of an import",
    "bsoo.registry.finding.version.remember": "as the one below",
    "bsoo.registry.finding.version.of_now": "whether what is remembered still holds; names nobody",
    "bsoo.registry.finding.searching.words_at": "what an import writes beside people, for their search text",
    "bsoo.registry.finding.searching.people_of_family": "whose search text a change or a merge of organisations makes",
    "bsoo.registry.finding.searching.refresh_people_at": "as the one below, for all people of an organisation",
    "bsoo.registry.finding.many.follow_up": "keeps the search text of people whom a change to many touched",
    "bsoo.registry.finding.many.write": "a step of a change to many, and of taking it back",
    "bsoo.registry.finding.searching.refresh": "keeps the search text of people that an action has just changed",
    "bsoo.vocabularies.cells.holders": "what a merge of words touched, for the search",
    "bsoo.vocabularies.cells.move": "a step of merging words",
    "bsoo.vocabularies.cells.take_back": "a step of undoing that",
    "bsoo.signals.inbox.lines_where": "the columns of a list; the queries that use it filter",
}

EXCEPTIONS = NO_ACTOR_YET | NO_PERSON | PART_OF_AN_ACTION


def functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function of the domain packages that is given a session."""
    for package in DOMAIN:
        root = importlib.import_module(f"bsoo.{package}")
        for found in pkgutil.walk_packages(root.__path__, f"bsoo.{package}."):
            module = importlib.import_module(found.name)
            for name, value in inspect.getmembers(module, inspect.isfunction):
                if value.__module__ == module.__name__ and not name.startswith("_") and takes_session(value):
                    yield f"{module.__name__}.{name}", value


def takes_session(function: Callable[..., object]) -> bool:
    return Session in typing.get_type_hints(function).values()


def says_who(function: Callable[..., object]) -> bool:
    hints = typing.get_type_hints(function)
    first = list(inspect.signature(function).parameters)[:2]
    return first == ["db", "actor"] and hints["db"] is Session and hints["actor"] in {Actor, Doer}


def test_every_action_and_query_says_first_who_asks() -> None:
    found = dict(functions())

    assert "bsoo.access.actions.grant" in found, "the walk itself is broken"
    assert sorted(name for name, function in found.items() if not says_who(function) and name not in EXCEPTIONS) == []


def test_every_exception_is_still_needed() -> None:
    found = dict(functions())

    assert sorted(name for name in EXCEPTIONS if name not in found or says_who(found[name])) == []


def test_nothing_below_the_edge_commits() -> None:
    """Only Database commits; an action that did would tear its caller's transaction in two."""
    sources = {name: inspect.getsource(function) for name, function in functions()}

    assert [name for name, source in sources.items() if ".commit()" in source or ".rollback()" in source] == []
