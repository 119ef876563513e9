"""What learners know and how sure they are before a course, and how sure they are after it.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confidence",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=60), nullable=False),
        sa.Column("objective", sa.String(length=20), nullable=False),
        sa.Column("moment", sa.String(length=10), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value >= 0 AND value <= 10", name=op.f("ck_confidence_value_within")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_confidence_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "course", "objective", "moment", name=op.f("pk_confidence")),
    )
    op.create_table(
        "pre_assessment",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=60), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("responses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pre_assessment_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["content_release.id"], name=op.f("fk_pre_assessment_release_id_content_release")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pre_assessment")),
        sa.UniqueConstraint("person_id", "course", name=op.f("uq_pre_assessment_person_id_course")),
    )


def downgrade() -> None:
    op.drop_table("pre_assessment")
    op.drop_table("confidence")
