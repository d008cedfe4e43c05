"""Mail that came in, one row for each address that it speaks of."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_incoming_mail"
down_revision = "20261122_introduction_in_english"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=240), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("delegate", sa.String(length=254), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("region_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_incoming_mail_{column}_{table}"),
                ondelete=ondelete,
            )
            for column, table, ondelete in (
                ("letter_id", "letter", "SET NULL"),
                ("contact_id", "contact", "SET NULL"),
                ("invitation_id", "invitation", "SET NULL"),
                ("meeting_id", "meeting", None),
                ("region_id", "region", None),
                ("handled_by", "staff_user", None),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("digest", "place", name=op.f("uq_incoming_mail_digest_place")),
    )
    for columns in (["letter_id"], ["contact_id"], ["invitation_id"], ["meeting_id"], ["region_id", "received_at"]):
        op.create_index(f"ix_incoming_mail_{'_'.join(columns)}", "incoming_mail", columns)
