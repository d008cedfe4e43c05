"""The network: the list of people, and the numbers beside its filters."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.i18n import gettext as _
from bsoo.registry import timeline
from bsoo.registry.finding import listing, saved_lists, telling, version
from bsoo.registry.finding.saved_lists import Listed
from bsoo.registry.finding.wanted_as_json import as_json
from bsoo.registry.finding.within import named
from bsoo.registry.finding.words_of_finding import LANGUAGE_WORDS, LOOK_WORDS
from bsoo.registry.finding.words_of_many import WHAT
from bsoo.registry.keeping.words_of_trust import LEVELS, said
from bsoo.routes.asking import Fields, fields_of, in_address, wanted_of, without
from bsoo.routes.edge import ReadDB, Staff, my_regions, path_to, render
from bsoo.routes.saved_lists import region_of
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words, known

router = APIRouter()
_words = version.Remembered[Words](20)


@router.get("/netwerk")
def network(request: Request, db: ReadDB, actor: Staff) -> Response:
    asked = in_address(request)
    lists = saved_lists.lists(db, actor)
    kept = next((one for one in lists if str(one.kept.id) == asked.get("lijst", "")), None)
    region = region_of(request, kept)
    found = listing.People(db, actor, wanted_of(db, region, asked))
    return render(
        request,
        "registry/network.html",
        actor=actor,
        section="network",
        region=region,
        list=found,
        typed_text=asked.get("q", "")[:200],
        facets=_Facets(request, db, actor, found, kept, lists),
        bulk_words=[(str(what), _(word)) for what, word in WHAT.items()],
        today=clock.today(),
        trust_said=said,
        months_since=timeline.months_since,
        region_names={each.id: each.name for each in my_regions(request)},
    )


class _Facets:
    """The filters to choose from with their numbers, and the chosen ones; made only when a template shows them."""

    def __init__(
        self,
        request: Request,
        db: Session,
        actor: Actor,
        found: listing.People,
        kept: Listed | None,
        lists: Sequence[Listed],
    ) -> None:
        self._request, self._db, self._actor, self._found = request, db, actor, found
        self.kept, self._lists = kept, lists

    @cached_property
    def fields(self) -> Fields:
        return {**fields_of(self._found.wanted), "lijst": str(self.kept.kept.id) if self.kept else ""}

    @cached_property
    def lists(self) -> list[Listed]:
        """The saved lists to choose from: of the region that is shown, and of all regions."""
        here = self._found.wanted.region_id
        return [one for one in self._lists if here is None or one.kept.region_id in (here, None)]

    @property
    def may_change_list(self) -> bool:
        return self.kept is not None and saved_lists.is_own(self._actor, self.kept.kept)

    @property
    def asks_else(self) -> bool:
        """Whether the saved list that was opened now asks something else than what was kept."""
        wanted = self._found.forgiven.typed if self._found.forgiven else self._found.wanted
        return self.kept is not None and as_json(wanted) != self.kept.kept.asked

    @cached_property
    def sentence(self) -> str:
        wanted = self._found.wanted
        region = next((one.name for one in my_regions(self._request) if one.id == wanted.region_id), "")
        return telling.sentence(wanted, region, self._listed, self.words["bij"])

    @cached_property
    def _listed(self) -> Words:
        """Remembered like the numbers beside them: who changes a word is noted too."""
        return _words.get(self._db, self._actor, "words", lambda: known(self._db))

    @cached_property
    def _houses(self) -> Mapping[UUID, tuple[UUID, str]]:
        """Chosen organisations that the numbers do not name: merged into another one since, or without people here."""
        chosen = [house for house in self._found.wanted.houses if str(house) not in self._found.counts.names]
        return named(self._db, self._actor, chosen)

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """Per filter what each value is called; positions are called what they are."""
        counts, wanted = self._found.counts, self._found.wanted
        roles = [key.removeprefix("role:") for key in counts if key.startswith("role:")]
        return {
            "soort": self._listed.called(Vocabulary.SECTOR),
            "kijk": {look: _(word) for look, word in LOOK_WORDS.items()},
            "thema": self._listed.called(Vocabulary.THEME),
            "bij": {**counts.names, **{str(one): name for one, (_now, name) in self._houses.items()}},
            "functie": {role: role for role in dict.fromkeys([*wanted.roles, *roles])},
            "klopt": {str(level): _(word) for level, (word, _icon, _tone) in LEVELS.items()},
            "spreekt": {language: _(word) for language, word in LANGUAGE_WORDS.items()},
        }

    def options(self, name: str, key: str) -> list[tuple[str, str, int]]:
        """The values that somebody has, or that were chosen: value, word, number."""
        counts, chosen = self._found.counts, self.fields[name]
        today = {str(one): str(now) for one, (now, _name) in self._houses.items()}
        return [
            (value, word, number)
            for value, word in self.words[name].items()
            if (number := counts[key + today.get(value, value)]) or value in chosen
        ]

    @cached_property
    def chosen(self) -> list[tuple[str, str]]:
        """What is chosen, each with the address of the list without it."""
        return [
            (self.words[name].get(value, value), path_to(self._request, "network", **without(self.fields, name, value)))
            for name in self.words
            for value in self.fields[name]
        ]
