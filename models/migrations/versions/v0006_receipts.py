"""What providers report back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    looked_at = sa.Column("receipts", postgresql.JSONB(), nullable=False, server_default="[]")
    op.add_column("journey_versions", looked_at)
    op.alter_column("journey_versions", "receipts", server_default=None)
    for name in ("doubted_real_at", "delivered_at", "opened_at", "clicked_at", "failed_at"):
        op.add_column("messages", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("receipt", sa.String(length=20), nullable=True))
    op.add_column("messages", sa.Column("failed_reason", sa.String(length=60), nullable=True))
    op.create_index("ix_messages_provider", "messages", ["provider_id"])
    op.create_index("ix_addresses_found", "addresses", ["channel", sa.literal_column("lower(address)")])
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_receipts_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("key", name=op.f("uq_receipts_key")),
    )
    op.create_index("ix_receipts_message", "receipts", ["message_id"])
    op.create_table(
        "suppressions",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint(
            "channel", "fingerprint", "reason", name=op.f("uq_suppressions_channel_fingerprint_reason")
        ),
    )
    op.create_index("ix_suppressions_fingerprint", "suppressions", ["fingerprint"])
    op.create_table(
        "inbound_messages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["people.id"], name=op.f("fk_inbound_messages_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
        sa.UniqueConstraint("channel", "provider_id", name=op.f("uq_inbound_messages_channel_provider_id")),
    )
    op.create_index("ix_inbound_messages_person", "inbound_messages", ["user_id", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_inbound_messages_person", table_name="inbound_messages")
    op.drop_table("inbound_messages")
    op.drop_index("ix_suppressions_fingerprint", table_name="suppressions")
    op.drop_table("suppressions")
    op.drop_index("ix_receipts_message", table_name="receipts")
    op.drop_table("receipts")
    op.drop_index("ix_addresses_found", table_name="addresses")
    op.drop_index("ix_messages_provider", table_name="messages")
    for name in ("failed_reason", "receipt", "failed_at", "clicked_at", "opened_at", "delivered_at", "doubted_real_at"):
        op.drop_column("messages", name)
    op.drop_column("journey_versions", "receipts")
