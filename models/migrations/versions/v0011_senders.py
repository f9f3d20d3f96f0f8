"""The lines in which messages wait for a sender, and the slot of each that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "senders",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("rate", sa.String(length=20), nullable=False),
        sa.Column("next_slot_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_urgent_slot_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("down_real_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_senders"),
    )
    op.add_column("messages", sa.Column("slot_real_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "slot_real_at")
    op.drop_table("senders")
