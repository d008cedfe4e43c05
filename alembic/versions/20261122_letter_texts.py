"""Texts of letters that are edited, with every version that there was."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_letter_texts"
down_revision = "20261122_departures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=8000), nullable=False),
        sa.Column("button", sa.String(length=60), nullable=False),
        sa.Column("beneath", sa.JSON(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_letter_text_region_id_region")),
        sa.ForeignKeyConstraint(["made_by"], ["staff_user.id"], name=op.f("fk_letter_text_made_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_text")),
    )
    op.create_index("ix_letter_text_name_language", "letter_text", ["name", "language", "region_id"])
