"""What lists said, decisions about their rows, and what is needed to take an import back; two doubled indexes go."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_imports_undone"
down_revision = "20261122_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_import_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_import_change_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["contact_upload.id"],
            name=op.f("fk_contact_import_change_upload_id_contact_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import_change")),
    )
    with op.batch_alter_table("contact_import_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_import_change_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_import_change_upload_id"), ["upload_id"], unique=False)

    with op.batch_alter_table("contact_upload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("layout", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("corrections", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("first_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("last_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_contact_upload_layout"), ["layout"], unique=False)

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listed", sa.JSON(), server_default="{}", nullable=False))
        batch_op.drop_index(batch_op.f("ix_membership_contact_id"))

    with op.batch_alter_table("organisation_region", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listed", sa.JSON(), server_default="{}", nullable=False))
        batch_op.drop_index(batch_op.f("ix_organisation_region_organisation_id"))
