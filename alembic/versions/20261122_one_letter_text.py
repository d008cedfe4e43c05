"""Of each letter text one version holds: two who write the first one at the same moment cannot both be kept."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_one_letter_text"
down_revision = "20261122_retention_periods"
branch_labels = None
depends_on = None

NEWER = """
UPDATE letter_text SET is_current = false WHERE is_current AND EXISTS (
    SELECT 1 FROM letter_text AS other
    WHERE other.is_current AND other.name = letter_text.name AND other.language = letter_text.language
    AND (other.region_id = letter_text.region_id OR (other.region_id IS NULL AND letter_text.region_id IS NULL))
    AND (other.made_at > letter_text.made_at OR (other.made_at = letter_text.made_at AND other.id > letter_text.id))
)
"""


def upgrade() -> None:
    op.execute(NEWER)
    _unique("uq_letter_text_current", ["name", "language", "region_id"], "is_current")
    _unique("uq_letter_text_current_everywhere", ["name", "language"], "is_current AND region_id IS NULL")


def _unique(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "letter_text", columns, unique=True, sqlite_where=only, postgresql_where=only)
