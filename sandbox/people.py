"""What the person at the page does with messages: open them, click, read, complain, write back."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from sandbox.answers import Answer, Answers
from sandbox.kinds import KINDS, Deed
from sandbox.reporter import Reporter
from sandbox.store import ChannelName, Message, Store

ANY_NUMBER = "+15005550006"  # of ours, where a Messaging Service has chosen one by itself


class Done(BaseModel):
    """Something that was done with a message; `url` of a click, `key` of a press, `machine` of an open by none."""

    model_config = ConfigDict(extra="forbid")

    deed: Deed
    url: str | None = None
    key: Annotated[str, Field(pattern="^[0-9*#]$")] = "1"
    machine: bool = False


class Written(BaseModel):
    """Something that was written: as the answer to a message, or out of the blue to one of our addresses."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    channel: ChannelName
    sender: Annotated[str, Field(alias="from", min_length=1)]
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    to: str | None = None
    subject: str | None = None
    in_reply_to: int | None = None  # a message; otherwise it is the newest one from there
    key: str | None = None  # the same again is not written twice


class People:
    """The routes of what people do."""

    def __init__(self, store: Store, answers: Answers, reporter: Reporter, wake: Callable[[], None]) -> None:
        self._store, self._answers, self._reporter, self._wake = store, answers, reporter, wake
        self.router = APIRouter()
        self.router.add_api_route("/answers", self.read, methods=["GET"])
        self.router.add_api_route("/answers", self.write, methods=["POST"], status_code=201)
        self.router.add_api_route("/messages/{message_id}/deeds", self.do, methods=["POST"], status_code=201)

    async def read(self) -> list[dict[str, Any]]:
        """What people have written, oldest first."""
        return [one.model_dump(mode="json", by_alias=True) for one in self._answers.all()]

    async def write(self, written: Written) -> dict[str, Any]:
        """Somebody writes. Where that is told, what has come since they last did is read by that."""
        if written.channel == "voice":
            raise HTTPException(422, "nobody writes by voice; choose sms, whatsapp, messenger or email")
        if before := self._answers.with_key(written.key):
            return before.model_dump(mode="json", by_alias=True)
        newest = self._newest(written)
        to = written.to or (newest.sender or ANY_NUMBER if newest else None)
        if to is None:
            raise HTTPException(422, f"nothing has come to {written.sender} by {written.channel} yet; say `to` whom")
        for unread in self._unread(written) if "read" in KINDS[written.channel].deeds else ():
            self._reporter.happened(unread, "read", {})
        answer = self._answers.add(
            Answer(
                channel=written.channel,
                sender=written.sender,
                to=to,
                subject=written.subject or (f"Re: {newest.subject}" if newest and newest.subject else None),
                text=written.text,
                in_reply_to=newest.id if newest else None,
                provider_id=f"SM{secrets.token_hex(16)}",
                time=datetime.now(UTC),
                key=written.key,
            )
        )
        self._reporter.answered(answer)
        self._wake()
        return answer.model_dump(mode="json", by_alias=True)

    async def do(self, message_id: int, done: Done) -> dict[str, Any]:
        """Something is done with a message."""
        message = self._store.get(message_id)
        if message is None:
            raise HTTPException(404, f"there is no message {message_id}")
        if done.deed not in KINDS[message.channel].deeds:
            raise HTTPException(422, f"nobody hears of {done.deed} by {message.channel}")
        if done.deed == "press" and not message.keys_url:
            raise HTTPException(422, "this call does not listen to keys")
        more: dict[str, dict[str, Any]] = {
            "press": {"key": done.key},
            "open": {"sg_machine_open": done.machine},
            "click": {"url": done.url or "https://example.com/"},
        }
        self._reporter.happened(message, done.deed, more.get(done.deed, {}))
        self._wake()
        return {"message": message.id, "deed": done.deed}

    def _unread(self, written: Written) -> list[Message]:
        mine = [
            one.time for one in self._answers.all() if (one.channel, one.sender) == (written.channel, written.sender)
        ]
        found = self._store.messages(written.sender, written.channel)
        return [one for one in found if not mine or one.time > mine[-1]]

    def _newest(self, written: Written) -> Message | None:
        """What they answer."""
        if written.in_reply_to is not None:
            return self._store.get(written.in_reply_to)
        found = self._store.messages(written.sender, written.channel)
        from_there = [one for one in found if written.to in (None, one.sender)]
        return from_there[-1] if from_there else None
