"""Words of the managed lists, and those that became one."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_vocabularies"
down_revision = "20261122_one_letter_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "term",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_nl", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_term")),
    )
    op.create_table(
        "term_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lost", sa.String(length=40), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("was_closed_on", sa.Date(), nullable=True),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=120), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_merge")),
    )
