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


def downgrade() -> None:
    op.drop_column("journey_versions", "receipts")
