"""Short links, and how often they were followed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("machine_clicks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("first_clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("waiting_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hit_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("url ~* '^https?://'", name="ck_links_web"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_links_message_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
    )
    op.create_index("ix_links_message", "links", ["message_id"])
    waiting = sa.text("waiting_real_at is not null")
    op.create_index("ix_links_waiting", "links", ["waiting_real_at"], postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("links")
