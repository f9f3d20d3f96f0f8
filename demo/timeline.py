"""A readable timeline of what happens, from the database: who, step, channel, provider id, state."""

from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text
from sqlmodel import Session, select

from domain.delivery import MessageState, Reported, Verdict
from domain.inbound import Deed
from domain.receipts import REPORTS, ReceiptState
from models.database import Database
from models.decisions import StoredDecision
from models.enrollments import Enrollment
from models.events import Event
from models.inbound import InboundMessage
from models.messages import Message
from models.receipts import StoredReceipt

COLOURS = {
    MessageState.ACCEPTED: "green",
    MessageState.UNKNOWN: "yellow",
    MessageState.RETRYING: "yellow",
    MessageState.FAILED: "red",
}

ANSWERS: dict[str, str] = {Deed.HEARD: "heard", Deed.STOPPED: "STOP: no more on this channel", Deed.STARTED: "START"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. Equal keys are the same thing."""

    at: datetime
    key: str
    who: str
    what: str
    detail: str
    state: str
    style: str = ""


class Timeline:
    """Prints each line once. Made for the demo's few people: it reads all rows each time."""

    def __init__(self, database: Database, began: datetime, console: Console) -> None:
        self._database = database
        self._began = began
        self._console = console
        self._shown: set[str] = set()

    def show(self) -> int:
        """Print what is new, oldest first, and return how many lines that were."""
        new = sorted((line for line in self._read() if line.key not in self._shown), key=lambda line: line.at)
        for line in new:
            self._shown.add(line.key)
            self._console.print(self._text(line))
        return len(new)

    def _read(self) -> list[Line]:
        with self._database.session() as session:
            return [
                *(_event(row) for row in session.exec(select(Event))),
                *(_message(row) for row in session.exec(select(Message)) if row.state != MessageState.SENDING),
                *self._reports(session),
                *(_answer(row) for row in session.exec(select(InboundMessage))),
                *(_refusal(row) for row in session.exec(select(StoredDecision)) if row.verdict != Verdict.ALLOWED),
                *(_ending(row, row.ended_at) for row in session.exec(select(Enrollment)) if row.ended_at),
            ]

    def _reports(self, session: Session) -> list[Line]:
        pairs = session.exec(select(StoredReceipt, Message).where(StoredReceipt.message_id == Message.id))
        return [_report(receipt, message) for receipt, message in pairs if receipt.state in REPORTS]

    def _text(self, line: Line) -> Text:
        since = line.at - self._began
        clock = f"day {since.days:>2} {since.seconds // 3600:02}:{since.seconds % 3600 // 60:02}"
        text = Text(f"{clock}  {line.who:<9} {line.what:<15} {line.detail:<46} ")
        return text.append(line.state, style=line.style)


def _event(row: Event) -> Line:
    return Line(row.at, f"event {row.id}", row.user_id, "· " + row.name, "", "reported", "dim")


def _message(row: Message) -> Line:
    state = f"{row.state} ({row.reason})" if row.reason else row.state
    style = COLOURS[MessageState(row.state)]
    detail = f"{row.channel:<9} {row.provider_id or ''}"
    return Line(row.settled_at or row.reserved_at, f"{row.id} {state}", row.user_id, row.step, detail, state, style)


def _report(receipt: StoredReceipt, row: Message) -> Line:
    state = REPORTS[ReceiptState(receipt.state)]
    style = "red" if state is Reported.FAILED else "dim" if state is Reported.DELIVERED else "cyan"
    return Line(receipt.at, f"receipt {receipt.key}", row.user_id, row.step, row.channel, state, style)


def _answer(row: InboundMessage) -> Line:
    what = ANSWERS.get(row.deed, row.deed)
    return Line(row.received_at, f"inbound {row.id}", row.user_id or "somebody", "· writes", row.channel, what, "cyan")


def _refusal(row: StoredDecision) -> Line:
    said = "held" if row.verdict == Verdict.HELD else "not sent"
    return Line(row.decided_at, f"decision {row.id}", row.user_id, row.step, row.channel, f"{said}: {row.rule}", "dim")


def _ending(row: Enrollment, at: datetime) -> Line:
    return Line(at, f"end {row.id}", row.user_id, "· journey ends", "", row.ended_reason or "", "bold")
