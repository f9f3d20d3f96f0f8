"""The inbox that people see in the customer's pages."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNREAD = sa.text("opened_real_at is null and dismissed_real_at is null")
DEEDS = ("delivered", "opened", "clicked", "dismissed")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("put_real_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{deed}_real_at", sa.DateTime(timezone=True), nullable=True) for deed in DEEDS),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_inbox_message_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["people.id"], name="fk_inbox_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", name="pk_inbox"),
        sa.UniqueConstraint("number", name="uq_inbox_number"),
    )
    op.create_index("ix_inbox_person", "inbox", ["user_id", "number"])
    op.create_index("ix_inbox_unread", "inbox", ["user_id"], postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_table("inbox")
