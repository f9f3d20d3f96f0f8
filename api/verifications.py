"""One-time codes: sent, sent again, checked, taken back.

No answer tells whether somebody exists: for a user whom nobody knows everything looks the same, takes as long, and
sends nothing. Every limit answers 429 with `Retry-After`.
"""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from api.parts import parts_of
from api.problems import Problem
from api.security import needs, require
from api.verification_forms import Checked, RangeForm, Resumed, Unlocked, UnlockForm, VerificationAnswer
from client.inputs import UserId
from client.verifying.inputs import PURPOSE, CodeAsked, CodeGiven, SendAgain, client_of
from domain.keys import KnownKey, Scope
from domain.verification.refusals import WrongCode


def _private(response: Response) -> None:
    response.headers.update({"Cache-Control": "no-store", "Pragma": "no-cache"})


router = APIRouter(prefix="/v1/verifications", tags=["Verifications"], dependencies=[Depends(_private)])
VerificationId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
MAY = [needs(Scope.VERIFICATIONS)]
Admin = Annotated[KnownKey, Depends(require(Scope.ADMIN))]
AS_BEFORE = SendAgain()


@router.post("", status_code=201, dependencies=MAY)
async def begin_verification(asked: CodeAsked, request: Request) -> VerificationAnswer:
    """Send a code to a number or a mailbox, or to where a user is reached. It is good for ten minutes.

    A newer verification for the same purpose ends the older one. 422 for a phone number of a country that is not
    allowed here.
    """
    return VerificationAnswer.of(await parts_of(request).verifications.begin(asked))


@router.post("/unlock")
async def unlock_verifications(form: UnlockForm, request: Request, key: Admin) -> Unlocked:
    """Let an account try again after a hundred wrong codes in a row. The audit log keeps who did it, and why."""
    asked = CodeAsked(user_id=form.user_id, to=form.to)
    return Unlocked(count=await parts_of(request).verifications.unlock(asked, key.id, form.reason))


@router.post("/ranges/resume")
async def resume_range(form: RangeForm, request: Request, key: Admin) -> Resumed:
    """Let codes go to a range of numbers again that was stopped because almost none of them were typed in."""
    return Resumed(resumed=await parts_of(request).verifications.resume(form.range, key.id, form.reason))


@router.get("", dependencies=MAY)
async def find_verification(
    request: Request,
    user_id: Annotated[UserId, Query(description="Whose it is")],
    purpose: Annotated[str, Query(pattern=PURPOSE, description="Of a journey's `verify: phone` it is `verify-phone`")],
) -> VerificationAnswer:
    """The newest verification of a user for a purpose, such as one that a journey has begun. 404 if there is none."""
    return VerificationAnswer.of(await parts_of(request).verifications.newest(user_id, purpose))


@router.get("/{verification}", dependencies=MAY)
async def get_verification(verification: VerificationId, request: Request) -> VerificationAnswer:
    """How it stands."""
    return VerificationAnswer.of(await parts_of(request).verifications.look(verification))


@router.post("/{verification}/check", dependencies=MAY)
async def check_verification(verification: VerificationId, given: CodeGiven, request: Request) -> Checked:
    """Is this the code, for the first time?

    403 `wrong-code` with `checks_left`; 403 `refused` when it is no longer good; 409 when it was right before; 429
    after five wrong codes, and while nothing of the account is judged because of wrong codes in a row.
    """
    try:
        await parts_of(request).verifications.check(verification, given.code)
    except WrongCode as error:
        raise Problem(403, "wrong-code", str(error), more={"checks_left": error.left}) from error
    return Checked()


@router.post("/{verification}/resend", dependencies=MAY)
async def resend_verification(
    verification: VerificationId, request: Request, wanted: Annotated[SendAgain, Body()] = AS_BEFORE
) -> VerificationAnswer:
    """Send the same code again, by the same channel or another one that leads to the person."""
    again = parts_of(request).verifications.again
    channel = str(wanted.channel) if wanted.channel else None
    return VerificationAnswer.of(await again(verification, channel, client_of(wanted.ip)))


@router.post("/{verification}/cancel", dependencies=MAY)
async def cancel_verification(verification: VerificationId, request: Request) -> VerificationAnswer:
    """Take it back: its code is right no more. Repeating it is no error."""
    return VerificationAnswer.of(await parts_of(request).verifications.cancel(verification))
