"""What SendGrid posts: events of our mails, and mails to us."""

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.mailroom import mailroom_of, refusing
from webhooks import sendgrid_events, sendgrid_inbound

EVENT_BYTES = 2_000_000  # SendGrid posts events as soon as it has 768 kB of them
MAIL_BYTES = 10_000_000  # most pictures; a larger mail is refused, because anybody may post here
MOST_PARTS = 200  # fields and attachments of one mail

log = structlog.get_logger()
router = APIRouter(prefix="/webhooks/sendgrid/events", include_in_schema=False)
mails = APIRouter(prefix="/webhooks/sendgrid/inbound", include_in_schema=False)


@router.post("")
async def sendgrid_event_webhook(request: Request) -> Response:
    """A list of events; those that say nothing to us are skipped."""
    mailroom, body = mailroom_of(request), await request.body()
    with refusing():
        read = sendgrid_events.read(mailroom.sendgrid.verify(request.headers, body, datetime.now(UTC)))
    await mailroom.take(read.receipts)
    if read.skipped:
        log.info("receipts.skipped", events=read.skipped)
    return Response(status_code=200)


@mails.post("/{token}")
async def sendgrid_inbound_parse(request: Request, token: str) -> Response:
    """A mail to us. Nobody signs it: the URL is the secret."""
    mailroom = mailroom_of(request)
    with refusing():
        mailroom.check_token(token)
        async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS, max_part_size=MAIL_BYTES) as form:
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        incoming = sendgrid_inbound.incoming(fields)
    await mailroom.hear(incoming)
    return Response(status_code=200)
