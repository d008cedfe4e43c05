"""Everything that the command line can export, as files: what, in which form, of which regions."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlmodel import Session

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.exports import helpful, hsds, hxl, taking_out
from bsoo.exports.files import File, csv_content
from bsoo.exports.offers import offers
from bsoo.exports.taking_out import Form
from bsoo.regions import Region
from bsoo.registry.finding.wanted import Wanted

Maker = Callable[[Session, Actor, Sequence[Region]], list[File]]


def make(db: Session, actor: Actor, what: str, form: str, regions: Sequence[Region]) -> list[File]:
    """One file, or a folder of them when their names have slashes; Refused with what there is to choose."""
    maker = _FORMS.get(what, {}).get(form)
    if maker is None:
        known = "; ".join(f"{name}: {', '.join(forms)}" for name, forms in _FORMS.items())
        raise Refused(f"Choose what to export and in which format. {known}.")
    return maker(db, actor, regions)


def write(files: Sequence[File], out: Path) -> list[Path]:
    """Write one file at this place or in this folder, several always in it; gives where they are."""
    places = [out] if len(files) == 1 and not out.is_dir() else [out / file.name for file in files]
    for place, file in zip(places, files, strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return places


def _contacts(form: Form) -> Maker:
    def made(db: Session, actor: Actor, regions: Sequence[Region]) -> list[File]:
        files = []
        for region in regions:
            here = taking_out.take_out(db, actor, Wanted(region_id=region.id), form)
            left = taking_out.take_out(db, actor, Wanted(region_id=region.id, group="left"), form)
            files.append(taking_out.as_file([*here, *left], form, region.slug))
        return files

    return made


def _hxl(db: Session, actor: Actor, regions: Sequence[Region]) -> list[File]:
    found = [offer for region in regions for offer in offers(db, actor, region.id)]
    return [File("services.hxl.csv", "text/csv", csv_content(hxl.table(found), delimiter=",", marked=False))]


def _hsds(db: Session, actor: Actor, regions: Sequence[Region]) -> list[File]:
    found = [hsds.service(offer) for region in regions for offer in offers(db, actor, region.id)]
    return [File("services.hsds.json", "application/json", _json(found, indent=1))]


def _helpful(db: Session, actor: Actor, regions: Sequence[Region]) -> list[File]:
    """The folder that stands as data/ beside the built app: files without an ending, as it asks for them."""
    files = []
    for region in regions:
        found = offers(db, actor, region.id)
        for language in i18n.LANGUAGES:
            folder = f"{helpful.sheet(region.slug, language)}/values"
            for name, table in helpful.tables(found, region.name, language, clock.today()).items():
                files.append(File(f"{folder}/{name}", "application/json", _json({"values": table})))
    return files


def _json(content: object, indent: int | None = None) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=indent).encode()


_FORMS: dict[str, dict[str, Maker]] = {
    "contacts": {form.value: _contacts(form) for form in (Form.CSV, Form.XLSX, Form.VCARD)},
    "services": {"hxl": _hxl, "hsds": _hsds, "helpful-information": _helpful},
}
