"""The reading rules of the app helpful-information, written again from their description, with their odd habits.

A column is the first whose header contains its tag. A key is the first cell of the key column that contains it; one
that is not there is read from a row by its number. A row that misses what it needs is dropped.
"""

from dataclasses import dataclass, field

Table = list[list[str]]

ROWS_BY_NUMBER = {
    "logo": 1,
    "name": 2,
    "main.heading": 3,
    "main.intro": 4,
    "contact.tel": 7,
    "contact.whatsapp": 8,
    "timestamp.last-updated": 9,
    "label.last-updated": 10,
    "main.notification": 11,
    "contact.telegram": 12,
    "highlights.title": 14,
    "highlights.items.0": 15,
    "highlights.items": 16,
    "highlights.cta": 17,
    "search.title": 19,
    "search.cta": 20,
    "search.items": 21,
}
"""Where the app looks when a key has no row of its own."""


@dataclass
class App:
    """What the app would show of a region."""

    page: dict[str, str] = field(default_factory=dict)
    categories: list[dict[str, str]] = field(default_factory=list)
    sub_categories: list[dict[str, str]] = field(default_factory=list)
    offers: list[dict[str, str]] = field(default_factory=list)
    questions: list[dict[str, str]] = field(default_factory=list)


def read(tables: dict[str, Table], keys: list[str]) -> App:
    return App(
        page={key: value_of(tables["Referral Page"], key) for key in keys},
        categories=shown(tables["Categories"], "ID NAME SLUG VISIBLE DESCRIPTION ICON"),
        sub_categories=shown(tables["Sub-Categories"], "CATEGORY ID NAME SLUG VISIBLE DESCRIPTION ICON"),
        offers=shown(
            tables["Offers"],
            "SUBCATEGORY CATEGORY CHAPTER ID VISIBLE SLUG NAME DESCRIPTION ICON PHONENUMBERS EMAILS WEBURLS ADDRESS "
            "OPENWEEK OPENWEEKEND NEEDTOKNOW MOREINFO",
        ),
        questions=[
            row
            for row in shown(
                tables["Q&As"], "SUBCATEGORY CATEGORY VISIBLE HIGHLIGHT SLUG PARENT QUESTION ANSWER UPDATED"
            )
            if row["QUESTION"] and row["ANSWER"]
        ],
    )


def shown(table: Table, tags: str) -> list[dict[str, str]]:
    header, *rows = table
    places = {tag: column_of(header, tag) for tag in tags.split()}
    cells = [{tag: cell(row, place) for tag, place in places.items()} for row in rows]
    return [row for row in cells if row["VISIBLE"] == "Show"]


def column_of(header: list[str], tag: str) -> int:
    return next((place for place, label in enumerate(header) if f"#{tag}" in label.upper()), -1)


def cell(row: list[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""


def value_of(table: Table, key: str) -> str:
    keys, values = column_of(table[0], "KEY"), column_of(table[0], "VALUE")
    found = next((row for row in table if f"#{key}" in cell(row, keys).lower()), None)
    if found is not None:
        return cell(found, values)
    number = ROWS_BY_NUMBER.get(key, 0)
    return cell(table[number], 1) if 0 < number < len(table) else ""
