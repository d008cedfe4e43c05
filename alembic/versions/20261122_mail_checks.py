"""Looks at the mail set-up, with what each found."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_mail_checks"
down_revision = "20261122_finding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_user.id"], name=op.f("fk_mail_check_asked_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_check")),
    )
