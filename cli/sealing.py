"""Commands about keys that are settings, and what is kept encrypted, under `starter.py keys`."""

from cli.common import load_settings, open_database, paper
from client.resealing import reseal
from domain.errors import Misconfigured
from runtime import vapid
from runtime.sealing import Seals, new_key


def encryption() -> None:
    """Make a key for HOMING_ENCRYPTION_KEYS. It is stored nowhere: keep it well, what it sealed is lost without it.

    Example: starter.py keys encryption
    """
    paper.print(new_key())


def push() -> None:
    """Make a key for HOMING_VAPID_PRIVATE_KEY. Browsers are subscribed with it: with another one they start anew.

    Example: starter.py keys push
    """
    paper.print(vapid.new_key())


def reseal_command() -> None:
    """Seal everything anew with the first of HOMING_ENCRYPTION_KEYS, so that the others can be removed.

    Put the new key first, restart all processes, run this, then remove the old key. It may be repeated.

    Example: starter.py keys reseal
    """
    given = load_settings().encryption_keys
    results = reseal(open_database(), Seals(given.get_secret_value() if given else None))
    for one in results:
        paper.print(f"{one.place.table}: {one.done} sealed with the first key" + _lost(one.lost))
    if any(one.lost for one in results):
        raise Misconfigured("no key opens some of it; add the key that was in use then, and run this again")
    paper.print("The other keys are needed no more.")


def _lost(count: int) -> str:
    return f", {count} that no key opens" if count else ""
