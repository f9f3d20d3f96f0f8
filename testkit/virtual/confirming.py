"""A contact point to be confirmed: by the same decisions as on the real server, and with no code but in the mind."""

from datetime import datetime

from domain.machine.stimuli import Act
from domain.verification.answers import Answer
from domain.verification.contacts import Contact
from domain.verification.reach import reach
from testkit.people import Person
from testkit.provider import CHANNELS
from testkit.seen import Decision, Seen
from testkit.virtual.delivery import endpoints_of


def confirm(act: Act, person: Person, history: list[Seen], now: datetime) -> Answer:
    """The answer of a `verify`; the kit's people live where codes are let in."""
    found = reach(Contact(act.name), act.values["via"], endpoints_of(person), CHANNELS, lambda _: True)
    history += [
        Decision(act.step, one.channel, str(one.verdict), one.rule, now, act.pass_number, dict(one.inputs))
        for one in found.decisions
    ]
    return found.answer
