"""Authenticator apps: set up, confirmed, checked, given up, and reset for those who have lost them.

No answer is kept by anybody, not even for an `Idempotency-Key`: some hold secrets, and a right code must not be right
again because the request is.
"""

import asyncio
import math
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from api import pictures
from api.authenticator_forms import (
    ApprovedAnswer,
    AuthenticatorAnswer,
    AuthenticatorsAnswer,
    CodeForm,
    Codes,
    Confirmed,
    EnrolForm,
    Enrolled,
    LockAnswer,
    Pictures,
    ReasonForm,
    Undone,
)
from api.parts import parts_of
from api.security import require
from client.authenticators.desk import Desk
from client.authenticators.helping import View
from client.inputs import UserId
from domain.authenticators.typed import Kind
from domain.keys import KnownKey, Scope


def _private(response: Response) -> None:
    response.headers.update({"Cache-Control": "no-store", "Pragma": "no-cache"})


router = APIRouter(
    prefix="/v1/users/{user_id}/authenticators", tags=["Authenticators"], dependencies=[Depends(_private)]
)
DeviceId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
Key = Annotated[KnownKey, Depends(require(Scope.AUTHENTICATORS))]
Admin = Annotated[KnownKey, Depends(require(Scope.ADMIN))]
FIRST = EnrolForm()


@router.post("", status_code=201)
async def enrol_authenticator(
    user_id: UserId, request: Request, _: Key, form: Annotated[EnrolForm, Body()] = FIRST
) -> Enrolled:
    """Begin to set an app up. Show the QR code, ask for a first code, and confirm with it."""
    account = form.account or user_id
    made = await asyncio.to_thread(_desk(request).devices.enrol, user_id, form.name, account, _now())
    qr = Pictures(svg=pictures.data_uri(made.uri, "svg"), png=pictures.data_uri(made.uri, "png"))
    return Enrolled(id=made.row.id, name=made.row.name, secret=made.secret, uri=made.uri, qr=qr)


@router.get("")
async def list_authenticators(user_id: UserId, request: Request, _: Key) -> AuthenticatorsAnswer:
    """A person's apps, how many recovery codes are left, and whether wrong codes have locked them out."""
    return _shown(await asyncio.to_thread(_desk(request).view, user_id, _now()))


@router.get("/{device}/qr.{kind}", response_class=Response)
async def authenticator_picture(
    user_id: UserId, device: DeviceId, kind: Literal["svg", "png"], request: Request, _: Key
) -> Response:
    """The QR code again, until the app is confirmed and for an hour at most."""
    uri = await asyncio.to_thread(_desk(request).devices.uri, user_id, device, _now())
    return Response(pictures.qr(uri, kind), media_type=pictures.TYPES[kind], headers={"Cache-Control": "no-store"})


@router.post("/{device}/confirm")
async def confirm_authenticator(
    user_id: UserId, device: DeviceId, form: CodeForm, request: Request, key: Key
) -> Confirmed:
    """Take an app into use by its first code. Show the recovery codes that come with the first app."""
    confirm = _desk(request).devices.confirm
    codes = await asyncio.to_thread(confirm, user_id, device, form.code, key.id, _now())
    return Confirmed(id=device, recovery_codes=codes)


@router.post("/check")
async def check_authenticator(user_id: UserId, form: CodeForm, request: Request, _: Key) -> ApprovedAnswer:
    """Is this the code of one of the person's apps, or a recovery code, for the first time?

    403 `refused` if it is wrong or was used, whether or not there is such a person; 429 with `Retry-After` while
    nothing is judged because of wrong codes in a row.
    """
    approved = await asyncio.to_thread(_desk(request).checks.check, user_id, form.code, _now())
    method = "app" if approved.device_id else "recovery_code"
    left = approved.recovery_codes_left
    return ApprovedAnswer(method=method, authenticator=approved.device_id, recovery_codes_left=left)


@router.delete("/{device}", status_code=204, response_class=Response)
async def remove_authenticator(user_id: UserId, device: DeviceId, request: Request, key: Key) -> Response:
    """Give an app up. With the last one the recovery codes go as well."""
    await asyncio.to_thread(_desk(request).devices.remove, user_id, device, key.id, _now())
    return Response(status_code=204)


@router.post("/recovery-codes")
async def new_recovery_codes(user_id: UserId, request: Request, key: Key) -> Codes:
    """Ten new recovery codes; those before are good no more."""
    return Codes(recovery_codes=await asyncio.to_thread(_desk(request).new_codes, user_id, key.id, _now()))


@router.post("/reset")
async def reset_authenticators(user_id: UserId, form: ReasonForm, request: Request, key: Admin) -> Undone:
    """Forget all apps and recovery codes of somebody who has lost them. The audit log keeps who did it, and why."""
    return Undone(count=await asyncio.to_thread(_desk(request).reset, user_id, key.id, form.reason, _now()))


@router.post("/unlock")
async def unlock_authenticators(user_id: UserId, form: ReasonForm, request: Request, key: Admin) -> Undone:
    """Forget somebody's wrong codes, so that they may try again. The audit log keeps who did it, and why."""
    return Undone(count=await asyncio.to_thread(_desk(request).unlock, user_id, key.id, form.reason, _now()))


def _desk(request: Request) -> Desk:
    return parts_of(request).desk


def _now() -> datetime:
    """The real time: phones know no other."""
    return datetime.now(UTC)


def _shown(view: View) -> AuthenticatorsAnswer:
    return AuthenticatorsAnswer(
        authenticators=[
            AuthenticatorAnswer(
                id=row.id,
                name=row.name,
                confirmed=row.confirmed_real_at is not None,
                created_at=row.created_real_at,
                confirmed_at=row.confirmed_real_at,
                last_used_at=row.last_used_real_at,
            )
            for row in view.devices
        ],
        recovery_codes_left=view.recovery_codes_left,
        waits=[
            LockAnswer(kind=Kind(kind), seconds=math.ceil(left.total_seconds())) for kind, left in view.waits.items()
        ],
    )
