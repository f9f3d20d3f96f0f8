"""Attempts hold their message while they may be with the provider, and messages are found by address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("held_real_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_messages_address", "messages", ["address", "reserved_real_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_messages_address", table_name="messages")
    op.drop_column("messages", "held_real_until")
