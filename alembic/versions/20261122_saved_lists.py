"""Saved lists of people, and what was changed for many at once."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_saved_lists"
down_revision = "20261122_sequence_ahead"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_user.id"], name=op.f("fk_saved_list_owner_id_staff_user")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_saved_list_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
    )
    op.create_index(op.f("ix_saved_list_owner_id"), "saved_list", ["owner_id"], unique=False)
    op.create_index(op.f("ix_saved_list_region_id"), "saved_list", ["region_id"], unique=False)
    op.create_table(
        "many_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff_user.id"], name=op.f("fk_many_change_made_by_staff_user")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_many_change_region_id_region")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_many_change")),
    )
    op.create_index(op.f("ix_many_change_made_at"), "many_change", ["made_at"], unique=False)
    op.create_table(
        "many_change_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["many_change.id"], name=op.f("fk_many_change_row_change_id_many_change"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_many_change_row_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_many_change_row_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_many_change_row")),
    )
    for column in ("change_id", "contact_id", "organisation_id"):
        op.create_index(op.f(f"ix_many_change_row_{column}"), "many_change_row", [column], unique=False)
