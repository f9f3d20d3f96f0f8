"""Mails to us: who wrote, what they themselves wrote, and whether anybody did."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keywords import Keyword
from webhooks.mail_text import own_words, plain
from webhooks.refusals import Garbled
from webhooks.sendgrid_inbound import incoming

MAIL = {
    "from": "Alice Liddell <Alice@Example.com>",
    "to": "hello@homing.example",
    "subject": "Re: Welcome",
    "text": "Thank you!",
    "headers": "Message-ID: <1@example.com>\nFrom: Alice@Example.com\n",
    "envelope": json.dumps({"to": ["hello@homing.example"], "from": "alice@example.com"}),
    "SPF": "pass",
    "dkim": "{@example.com : pass}",
    "charsets": json.dumps({"text": "utf-8", "subject": "UTF-8"}),
}


def test_a_mail_has_its_sender_its_words_and_an_id_of_its_own() -> None:
    """The id is the same when SendGrid posts it again, and does not show the Message-ID, which may name a person."""
    found, again = incoming(MAIL), incoming({**MAIL, "dkim": ""})
    assert (found.channel, found.address, found.text, found.subject) == (
        "email",
        "alice@example.com",
        "Thank you!",
        "Re: Welcome",
    )
    assert found.provider_id == again.provider_id
    assert found.provider_id != incoming({**MAIL, "headers": "Message-ID: <2@example.com>"}).provider_id
    assert found.provider_id != incoming({**MAIL, "headers": ""}).provider_id
    assert (found.keyword, found.proven, found.automatic) == (None, True, False)


@pytest.mark.parametrize("sender", ["", "nobody", "Alice", "a" * 400 + "@example.com", "a\x07b@example.com"])
def test_a_mail_without_a_sender_is_garbled(sender: str) -> None:
    """Nobody wrote it."""
    with pytest.raises(Garbled):
        incoming({**MAIL, "from": sender})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "STOP"}, Keyword.STOP),
        ({"text": "Stop.\n\nOn Mon, 2 Mar 2026 Acme <hello@homing.example> wrote:\n> Hello\n> STOP it"}, Keyword.STOP),
        ({"text": "Sair\n\nEm seg., 2 de mar.\n<hello@homing.example> escreveu:\n\n> Olá"}, Keyword.STOP),
        ({"text": "dur\n-- \nAlice\nAcme Inc."}, Keyword.STOP),
        ({"text": "Stop\n\nSent from my iPhone\n\n> On Mon, 2 Mar 2026, Acme wrote:\n> Hello"}, Keyword.STOP),
        ({"text": "DUR\n\niPhone’umdan gönderildi"}, Keyword.STOP),
        ({"text": "Stop\n________________________________\nFrom: Acme\nSubject: Hello"}, Keyword.STOP),
        ({"text": "", "subject": "unsubscribe"}, Keyword.STOP),  # what mail programs' own buttons send
        ({"text": "", "html": "<html><style>p{}</style><p>Stop</p></html>"}, Keyword.STOP),
        ({"text": "I stop by on Monday"}, None),
        ({"text": "> STOP"}, None),  # quoted, not said
    ],
)
def test_the_persons_own_words_count(change: dict[str, str], said: Keyword | None) -> None:
    """Not those of the mail that they answer."""
    assert incoming({**MAIL, **change}).keyword is said


@pytest.mark.parametrize(
    ("change", "proven"),
    [
        ({}, True),
        ({"dkim": "none"}, True),  # SPF, and the envelope is the sender's
        ({"dkim": "none", "SPF": "softfail"}, False),
        ({"dkim": "none", "envelope": json.dumps({"from": "other@example.com"})}, False),
        ({"dkim": "none", "envelope": "nonsense"}, False),
        ({"SPF": "fail", "dkim": "{@evil.example : pass}"}, False),  # signed, by somebody else
        ({"SPF": "fail", "dkim": "{@evil.example : pass, @example.com : fail}"}, False),
        ({"SPF": "fail", "dkim": "{@list.example : pass, @example.com : pass}"}, True),
        ({"SPF": "", "dkim": ""}, False),
    ],
)
def test_a_mail_is_the_senders_if_their_domain_says_so(change: dict[str, str], proven: bool) -> None:
    """What stands in `from` anybody can write."""
    assert incoming({**MAIL, **change}).proven is proven


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ("Auto-Submitted: auto-replied\n", True),  # out of office
        ("Auto-Submitted: no\n", False),
        ("Precedence: bulk\n", True),
        ("Precedence: first-class\n", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_what_nobody_wrote_is_known_as_such(headers: str, automatic: bool) -> None:
    """It answers our mail and is no answer of the person."""
    assert incoming({**MAIL, "headers": headers}).automatic is automatic


def test_another_charset_is_read_as_it_was_meant() -> None:
    """SendGrid passes on the bytes of the mail, which come to us one by one if they are not UTF-8."""
    posted = "İPTAL".encode("iso-8859-9").decode("latin-1")
    assert incoming({**MAIL, "text": posted, "charsets": '{"text": "iso-8859-9"}'}).keyword is Keyword.STOP
    for charsets in ("nonsense", "[]", '{"text": 7}', '{"text": "klingon"}'):
        assert incoming({**MAIL, "charsets": charsets}).text == "Thank you!"


@given(st.dictionaries(st.sampled_from([*MAIL, "html", "attachments"]), st.text(max_size=80)))
def test_no_mail_can_break_the_translation(fields: dict[str, str]) -> None:
    """Any mail of the world may come here."""
    incoming({**MAIL, **fields, "from": MAIL["from"]})


@pytest.mark.parametrize(
    "nasty", ["<", "@", "[", '{"a":', " ", "<style", "</style", "<a <b", "&", "<!--", ">\n", "\n\n", "On:\n"]
)
def test_a_nasty_mail_takes_no_longer_than_another(nasty: str) -> None:
    """A mail that takes minutes to read stops a process."""
    text = nasty * (100_000 // len(nasty))
    began = time.process_time()
    plain(text)
    own_words(text)
    incoming({**MAIL, **dict.fromkeys(("text", "subject", "headers", "dkim", "envelope", "charsets"), text)})
    assert time.process_time() - began < 1
