"""What could not be told to a workflow: shown with its error, and told again once that is mended."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.answers import SetAside, SetAsideRow
from api.parts import parts_of
from api.security import needs
from domain.errors import Unreachable
from domain.keys import Scope
from models import set_aside
from models.database import Database
from models.outbox import Row
from models.set_aside import Figures

MOST_ROWS = 1000
LARGEST_ID = 2**63 - 1

router = APIRouter(prefix="/v1/outbox", tags=["Operations"], dependencies=[needs(Scope.OUTBOX)])
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/set-aside")
async def list_set_aside(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
    cursor: Annotated[int, Query(ge=0, le=LARGEST_ID, description="As the page before gave it")] = 0,
) -> SetAside:
    """What Temporal or we have refused five times, oldest first. What came later for the same person went on."""
    rows = await asyncio.to_thread(_page, parts_of(request).database, limit, cursor)
    return SetAside(rows=[_shown(row) for row in rows], cursor=rows[-1].id if len(rows) == limit else None)


@router.post("/set-aside/{row_id}/retry", status_code=202, response_class=Response)
async def retry_set_aside(row_id: RowId, request: Request) -> Response:
    """Tell it again, as if for the first time. It may then come after what is younger."""
    parts = parts_of(request)
    await asyncio.to_thread(_retry, parts.database, row_id)
    parts.relay.wake()
    return Response(status_code=202)


def figures(database: Database) -> Figures | None:
    """For metrics. None if nobody knows."""
    try:
        with database.session() as session:
            return set_aside.figures(session)
    except Unreachable:
        return None


def _page(database: Database, limit: int, cursor: int) -> list[Row]:
    with database.session() as session:
        return set_aside.page(session, limit, cursor)


def _retry(database: Database, row_id: int) -> None:
    with database.session() as session:
        set_aside.retry(session, row_id)


def _shown(row: Row) -> SetAsideRow:
    """Without its payload, which may hold what a person wrote."""
    return SetAsideRow(
        id=row.id or 0,
        user_id=row.user_id,
        workflow_id=row.workflow_id,
        kind=row.kind,
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_real_at,
        set_aside_at=row.set_aside_real_at,
    )
