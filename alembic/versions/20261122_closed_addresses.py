"""A closed address: until when, and who opened it again with which proof."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_closed_addresses"
down_revision = "20261122_mail_mark"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("blocked") as table:
        table.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("released_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("proof", sa.String(length=300), server_default="", nullable=False))
        table.create_foreign_key(op.f("fk_blocked_released_by_staff_user"), "staff_user", ["released_by"], ["id"])
