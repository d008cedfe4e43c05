"""What was typed: cleaned, and checked against the model of a form."""

import re
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from bsoo.errors import Misfit, NotFound
from bsoo.i18n import gettext as _

LARGEST_UPLOAD = 10 * 1024 * 1024
MOST_FIELDS = 3_000

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Typed(Mapping[str, str]):
    """What somebody typed, cleaned of what no text may hold: NUL, lone surrogates, control characters."""

    values_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values_of[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be given more than once."""
        return list(self.values_of.get(name, ()))

    def check(self, model: type[M]) -> M:
        """The form as its model; Refused with a sentence per field when something is missing or wrong."""
        given = {
            name: self.all(name) if _is_list(model, name) else self[name].strip()
            for name in self
            if name in model.model_fields
        }
        given = {name: value for name, value in given.items() if value not in ("", [])}
        try:
            return model.model_validate(given)
        except ValidationError as mistake:
            raise Misfit(errors=_sentences(mistake)) from None


async def typed(request: Request) -> AsyncIterator[Typed]:
    """The form of a POST; its files are closed afterwards. A body that is no form at all gives an empty one."""
    try:
        form = await request.form(max_fields=MOST_FIELDS, max_part_size=LARGEST_UPLOAD)
    except (HTTPException, UnicodeDecodeError, ValueError):
        yield Typed()
        return
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts.setdefault(clean(name), []).append(clean(value))
    try:
        yield Typed(texts, files)
    finally:
        await form.close()


TypedForm = Annotated[Typed, Depends(typed)]

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Text as it may be stored: composed (NFC), plain line ends, nothing invisible."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def identifier(text: str) -> UUID:
    """An id out of a form or an address; NotFound when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def optional_identifier(text: str) -> UUID | None:
    """An id out of the filters of a list; anything odd filters nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None


def page_number(text: str) -> int:
    """The page of a list in an address; anything odd is the first, and nobody has 100,000 pages."""
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,5}", text) else 1


def _is_list(model: type[BaseModel], name: str) -> bool:
    return str(model.model_fields[name].annotation).startswith(("list", "set", "tuple"))


def _sentences(mistake: ValidationError) -> dict[str, str]:
    return {
        str(error["loc"][0]) if error["loc"] else "": _sentence(error["type"], error.get("ctx", {}))
        for error in mistake.errors(include_url=False, include_input=False)
    }


def _sentence(kind: str, facts: Mapping[str, object]) -> str:
    """Our own words for what pydantic found."""
    if kind == "value_error" and str(facts.get("error", "")):
        return str(facts["error"])
    sentences = {
        "missing": _("Fill this in."),
        "string_too_long": _("This is too long. Use at most %(count)s characters.", count=facts.get("max_length")),
        "string_too_short": _("This is too short. Use at least %(count)s characters.", count=facts.get("min_length")),
        "number": _("This number does not fit here."),
        "date": _("This date or time is not clear. Choose it from the list, or write it like 10-12-2026 or 13:30."),
        "choice": _("Choose one of the options."),
    }
    return sentences.get(_family(kind), _("This is not clear. Check what you typed."))


def _family(kind: str) -> str:
    """The kinds of pydantic's errors that get the same sentence."""
    if kind.startswith(("int", "float", "decimal", "greater", "less")):
        return "number"
    if kind.startswith(("date", "time")):
        return "date"
    return "choice" if kind in {"enum", "literal_error"} else kind
