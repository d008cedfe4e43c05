"""Texts of consent in versions, grounds by purpose, and which text was agreed to. What stood there stays the basis."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_consents"
down_revision = "20261122_sending_rate"
branch_labels = None
depends_on = None

AGREEING = ("membership", "join_request")


def upgrade() -> None:
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_nl", sa.String(length=4000), nullable=False),
        sa.Column("text_en", sa.String(length=4000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff_user.id"], name=op.f("fk_consent_text_made_by_staff_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint("version", name=op.f("uq_consent_text_version")),
    )
    op.create_table(
        "purpose_basis",
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("basis_source", sa.String(length=200), nullable=False),
        sa.Column("basis_since", sa.Date(), nullable=True),
        sa.Column("agreed_text_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreed_text_id"], ["consent_text.id"], name=op.f("fk_purpose_basis_agreed_text_id_consent_text")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_purpose_basis_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose_basis")),
        sa.UniqueConstraint("membership_id", "purpose", name=op.f("uq_purpose_basis_membership_id_purpose")),
    )
    for name in AGREEING:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("agreed_text_id", sa.Uuid(), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{name}_agreed_text_id_consent_text"), "consent_text", ["agreed_text_id"], ["id"]
            )
