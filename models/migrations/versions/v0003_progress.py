"""How far each enrollment came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("progress", postgresql.JSONB(), nullable=False, server_default="{}")
    op.add_column("enrollments", column)
    op.alter_column("enrollments", "progress", server_default=None)


def downgrade() -> None:
    op.drop_column("enrollments", "progress")
