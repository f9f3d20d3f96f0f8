"""When somebody last wrote is asked before each message to them."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inbound_messages_sender", "inbound_messages", ["fingerprint", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_inbound_messages_sender", "inbound_messages")
