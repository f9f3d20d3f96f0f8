"""Which message of an enrollment is held, so that others of the same person can yield to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("held", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("enrollments", "held")
