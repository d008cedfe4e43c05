"""What words of a list become, as a person chose."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_import_words"
down_revision = "20261122_mail_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact_upload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words", sa.JSON(), server_default="{}", nullable=False))
