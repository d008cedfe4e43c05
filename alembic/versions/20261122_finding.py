"""What contacts and their organisations do, as one text to search in; the nightly job fills it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_finding"
down_revision = "20261122_letter_texts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("search_more", sa.String(length=3000), server_default="", nullable=False))
