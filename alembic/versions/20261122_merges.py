"""What was merged and how, values that are kept beside the used ones, and who is somebody else after all."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_merges"
down_revision = "20261122_incoming_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("lost_id", sa.Uuid(), nullable=False),
        sa.Column("lost_name", sa.String(length=240), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=120), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_merging_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_merging_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merging")),
    )
    with op.batch_alter_table("merging", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merging_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merging_lost_id"), ["lost_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merging_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "alternative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=2100), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_alternative_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alternative_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alternative")),
    )
    with op.batch_alter_table("alternative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alternative_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alternative_organisation_id"), ["organisation_id"], unique=False)

    for kind in ("contact", "organisation"):
        table = f"{kind}_apart"
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column(f"{kind}_id", sa.Uuid(), nullable=False),
            sa.Column("other_id", sa.Uuid(), nullable=False),
            sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{kind}_id"], [f"{kind}.id"], name=op.f(f"fk_{table}_{kind}_id_{kind}"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                ["other_id"], [f"{kind}.id"], name=op.f(f"fk_{table}_other_id_{kind}"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint(f"{kind}_id", "other_id", name=op.f(f"uq_{table}_{kind}_id_other_id")),
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_other_id"), ["other_id"], unique=False)

    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leads_to", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_personal_link_leads_to"), ["leads_to"], unique=False)
