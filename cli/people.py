"""Commands about people: sign up, report events, signal, look."""

from typing import Annotated, Any

import typer

from cli import tables
from cli.common import load_settings, open_database, paper, read_instant, read_json, run
from client.homing import Taken, connect
from client.inputs import Asked, Happened, Profile
from client.views import page, person
from domain.errors import BadInput
from domain.identifiers import check_user_id
from domain.machine.stimuli import Order
from domain.shown import shown

UserId = Annotated[str, typer.Argument(help="Your own opaque id of the person, such as u-1234: no e-mail, no phone.")]
# What people say for two events of the journeys that ship; every other event has its own name.
EVENTS = {"first-use": "first_use", "upgrade": "upgraded"}


def signup(
    user_id: UserId,
    email: Annotated[str | None, typer.Option(help="Where to send e-mail.")] = None,
    phone: Annotated[str | None, typer.Option(help="International format: +5511987654321.")] = None,
    messenger: Annotated[str | None, typer.Option(help="Page-scoped id of Facebook Messenger: digits.")] = None,
    locale: Annotated[str | None, typer.Option(help="Language of messages: pt-BR, id ... Default: en.")] = None,
    zone: Annotated[str | None, typer.Option(help="IANA time zone: America/Sao_Paulo. Default: UTC.")] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="Preferred first; repeat: sms, whatsapp, messenger, email, voice ...")
    ] = None,
    attributes: Annotated[str | None, typer.Option(help='JSON: \'{"first_name": "Ana", "plan": "team"}\'.')] = None,
) -> None:
    """Sign a person up: their journeys start. Repeating it changes nothing but what you say anew.

    Example: starter.py signup u-1 --email ana@example.com --locale pt-BR --attributes '{"first_name": "Ana"}'
    """
    given = {
        "user_id": user_id,
        "email": email,
        "phone": phone,
        "messenger": messenger,
        "locale": locale,
        "zone": zone,
        "channels": channel or (),
        "attributes": read_json(attributes, "--attributes"),
    }
    _report(run(_signup(Profile.of(given))), f"{user_id} is signed up")


def event(
    user_id: UserId,
    name: Annotated[str, typer.Argument(help="The event's exact name, such as first_use.")],
    properties: Annotated[str | None, typer.Option(help="JSON: '{\"amount\": 12.5}'.")] = None,
    message_id: Annotated[str | None, typer.Option(help="Your id of the event: sent again, it is taken once.")] = None,
    at: Annotated[str | None, typer.Option(help="When it happened: 2026-03-01T09:00:00Z. Default: now.")] = None,
) -> None:
    """Report an event: the journeys that name it hear of it, those that it enters start.

    Example: starter.py event u-1 invoice_paid --properties '{"amount": 12.5}'
    """
    given: dict[str, Any] = {
        "user_id": user_id,
        "name": name,
        "properties": read_json(properties, "--properties"),
        "at": read_instant(at, "--at"),
    }
    happened = Happened.of(given | ({"message_id": message_id} if message_id else {}))
    _report(run(_event(happened)), f"{name} of {user_id} is recorded")


def signal(
    user_id: UserId,
    what: Annotated[str, typer.Argument(help="first-use, upgrade, pause, resume, skip or exit.")],
    journey: Annotated[str | None, typer.Option(help="Only this journey; default: all that run.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record; used by exit.")] = "asked",
) -> None:
    """Signal a person's running journeys.

    Examples: starter.py signal u-1 first-use | starter.py signal u-1 pause --journey onboarding
    """
    if what in EVENTS and journey is None:
        event(user_id, EVENTS[what])
    elif what in EVENTS:
        raise BadInput(f"--journey does not go with {what}: an event reaches every journey that names it")
    elif what in set(Order):
        asked = Asked.of({"user_id": user_id, "order": what, "journey": journey, "reason": reason})
        for workflow_id in run(_order(asked)):
            paper.print(f"{what}: told {workflow_id}")
    else:
        known = ", ".join([*EVENTS, *Order])
        raise BadInput(f"{shown(what)} is no signal; use one of: {known}, or `event` for any event")


def status(
    user_id: UserId,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many of the newest messages and decisions.")] = 50,
) -> None:
    """Show where a person is: journeys, messages, and why each was or was not sent.

    Example: starter.py status u-1
    """
    check_user_id(user_id)
    view = person(open_database(), user_id, limit)
    paper.print(view.person.id, style="bold", end="  ")
    paper.print(f"{view.person.locale}  {view.person.zone}  {view.person.attributes}")
    for table in (tables.journeys(view), tables.messages(view), tables.decisions(view)):
        paper.print(table)


def people(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    after: Annotated[str, typer.Option(help="Begin after this id, for the next page.")] = "",
) -> None:
    """List people by id, with their running journeys and messages.

    Example: starter.py people --limit 20 --after u-1
    """
    if after:
        check_user_id(after)
    lines = page(open_database(), limit, after)
    if not lines:
        paper.print("Nobody after that." if after else "Nobody yet: starter.py signup u-1 --email ana@example.com")
        return
    paper.print(tables.people(lines))
    if len(lines) == limit:
        paper.print(f"more: starter.py people --after {lines[-1].person.id}")


async def _signup(given: Profile) -> Taken:
    async with connect(load_settings()) as homing:
        return await homing.signup(given)


async def _event(happened: Happened) -> Taken:
    async with connect(load_settings()) as homing:
        return await homing.event(happened)


async def _order(asked: Asked) -> list[str]:
    async with connect(load_settings()) as homing:
        return await homing.order(asked.user_id, asked.order, asked.journey, asked.reason)


def _report(taken: Taken, done: str) -> None:
    paper.print(done if taken.new else f"{done} already")
    for workflow_id in taken.started:
        paper.print(f"started {workflow_id}")
    for workflow_id in taken.told:
        paper.print(f"told {workflow_id}")
    if taken.new and not (taken.started or taken.told):
        paper.print("no journey of theirs waits for it")
