"""What tells a crash of the database from the end of a postman; and letters are kept as they are, not packed."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_mail_epoch"
down_revision = "20261122_merges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_epoch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_epoch")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE mail_epoch SET UNLOGGED")
        op.execute("ALTER TABLE letter_payload ALTER COLUMN raw SET STORAGE EXTERNAL")
