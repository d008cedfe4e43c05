"""A status per member, a first contact per organisation and region, and what a successor was given."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_member_status"
down_revision = "20261122_saved_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("departure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=40), server_default="member", nullable=False))
        batch_op.create_index("ix_membership_status_contact_id", ["status", "contact_id"], unique=False)

    with op.batch_alter_table("organisation_region", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_contact_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_organisation_region_first_contact_id"), ["first_contact_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_organisation_region_first_contact_id_contact"),
            "contact",
            ["first_contact_id"],
            ["id"],
            ondelete="SET NULL",
        )
