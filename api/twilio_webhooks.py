"""What Twilio posts: what became of a message, what a person has written, and which key they have pressed."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.mailroom import mailroom_of, refusing, target_of
from webhooks import twilio_inbound, twilio_keys, twilio_status
from webhooks.answers import twiml
from webhooks.form import Form

# A text is at most ten times 160 characters, each of which may take twelve bytes in a form.
MOST_BYTES = 300_000
XML = "text/xml"

router = APIRouter(prefix="/webhooks/twilio", include_in_schema=False)


@router.post("/status/{message_id}")
async def twilio_status_callback(request: Request, message_id: str) -> Response:
    """The URL that went along with our message; what is of no message of ours is answered 200 as well."""
    with refusing():
        form = await _verified(request)
        receipt = twilio_status.receipt(message_id, form)
    if receipt:
        await mailroom_of(request).take([receipt])
    return Response(status_code=200)


@router.post("/inbound")
async def twilio_inbound_message(request: Request) -> Response:
    """A text or a WhatsApp message to us; the answer to a keyword goes out with ours."""
    with refusing():
        incoming = twilio_inbound.incoming(await _verified(request))
    if incoming is None:
        return Response(twiml(None), media_type=XML)
    mailroom = mailroom_of(request)
    heard = await mailroom.hear(incoming)
    return Response(twiml(None if incoming.answered else mailroom.answer(heard)), media_type=XML)


@router.post("/keys")
async def twilio_key_pressed(request: Request) -> Response:
    """The key that was pressed during a call of ours; the answer is what the call says then."""
    meanings = dict(request.query_params)
    locale = meanings.pop("locale", "en")
    with refusing():
        incoming = twilio_keys.pressed(meanings, await _verified(request))
    heard = await mailroom_of(request).hear(incoming) if incoming else None
    said = twilio_keys.reply(heard.deed if heard else None, meanings, locale, target_of(request))
    return Response(said, media_type=XML)


async def _verified(request: Request) -> Form:
    headers, body = request.headers, await request.body()
    signature, content_type = headers.get("x-twilio-signature"), headers.get("content-type", "")
    return mailroom_of(request).twilio.verified(target_of(request), content_type, body, signature)
