"""Faults that can be switched on: which calls they strike, how often, and what the caller then sees."""

import asyncio
from collections.abc import Callable
from typing import Literal, Self

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import Field, model_validator

from sandbox.switches import Active, Switch, Switches


class Fault(Switch):
    """One fault: a matcher, how often it strikes, and one effect, with a delay if wished."""

    call: Literal["send", "ask"] = "send"  # ask: fetching and listing messages at Twilio
    delay: float = Field(0.0, ge=0, le=600, description="seconds before the answer")
    status_code: int | None = Field(None, ge=200, le=599)
    error_code: int | None = Field(None, description="the provider's own code, such as 30001")
    retry_after: int | None = Field(None, ge=0, description="seconds")
    drop: Literal["before", "after"] | None = None  # close the connection before or after accepting the message
    nonsense: Literal["html", "json"] | None = None  # a success that is not what the provider's API promises
    keep: bool = False  # accept the message although the answer is an error or nonsense

    @model_validator(mode="after")
    def _one_effect(self) -> Self:
        if self.drop and (self.status_code or self.nonsense):
            raise ValueError("drop gives no answer: leave out status_code and nonsense")
        if not (self.drop or self.nonsense or self.status_code or self.delay):
            raise ValueError("a fault needs an effect: status_code, drop, nonsense or delay")
        if self.status_code and self.status_code < 400 and not self.nonsense:
            raise ValueError("status_code must be 400 or above, unless nonsense is given")
        if (self.error_code or self.retry_after is not None) and not (self.status_code and not self.nonsense):
            raise ValueError("error_code and retry_after need a status_code of 400 or above, without nonsense")
        if self.call == "ask" and self.channel == "email":
            raise ValueError("e-mail cannot be asked about; call 'ask' is for the others")
        return self

    @property
    def accepts(self) -> bool:
        """Whether the message is taken in spite of the fault; a delay alone is only a late answer."""
        late_only = not (self.drop or self.status_code or self.nonsense)
        return late_only or self.keep or self.drop == "after"


class ActiveFault(Fault, Active):
    """A fault that is switched on, with what it has done so far."""


class Faults(Switches[ActiveFault]):
    """The faults that are on."""

    def __init__(self) -> None:
        super().__init__(ActiveFault)

    def first(self, call: str, channel: str | None, to: str | None) -> Fault | None:
        """The first fault that strikes this call, if any."""
        return next(self.striking(lambda fault: fault.call == call and fault.is_for(channel, to)), None)


async def answer(
    request: Request,
    fault: Fault | None,
    accept: Callable[[], Response],
    refuse: Callable[[Fault], Response],
) -> Response:
    """Answer as the provider does (`accept`), or as the fault wants; `refuse` words its error."""
    if fault is None:
        return accept()
    accepted = accept() if fault.accepts else None
    await asyncio.sleep(fault.delay)
    if fault.drop:
        return await _drop(request)
    if fault.nonsense:
        return _nonsense(fault)
    return accepted if accepted is not None and not fault.status_code else refuse(fault)


async def _drop(request: Request) -> Response:
    request.state.drop()
    await asyncio.sleep(0)  # lets the server notice that the connection is gone, so that it writes nothing
    return Response()


def _nonsense(fault: Fault) -> Response:
    status = fault.status_code or 200
    if fault.nonsense == "html":
        return HTMLResponse("<html><body><h1>Welcome to the hotel wireless</h1></body></html>", status)
    return JSONResponse({"hello": "world"}, status)
