"""What people write, on real PostgreSQL: kept sealed, STOP obeyed at once, and everybody concerned told once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from client.inbox import Inbox
from domain.errors import BadInput, Misconfigured
from domain.inbound import Deed
from domain.keywords import Keyword
from domain.suppression import Reason
from models import people
from models.database import Database
from runtime.sealing import Seals, new_key
from tests.client.post import MAIL, NOW, PHONE, Post

STOP, START, HELP = Keyword.STOP, Keyword.START, Keyword.HELP
SECRET = "My card is 4111 1111 1111 1111"


@pytest.fixture
def post(database: Database) -> Post:
    """Alice is known."""
    made = Post(database)
    made.person()
    return made


def test_a_message_is_an_event_of_the_person_without_its_words(post: Post) -> None:
    """Journeys wait for it; what it says is nobody's but who may read it."""
    heard = post.hear(SECRET, attachments=2)
    [kept] = post.inbox()
    assert (heard.deed, heard.new, kept.deed, kept.attachments) == (Deed.HEARD, True, "heard", 2)
    [event] = heard.happened
    assert (event.user_id, event.name) == ("alice", "message_received")
    assert event.properties == {"channel": "sms", "inbound_id": kept.id}
    assert event.message_id == f"inbound:{kept.id}"


def test_the_words_are_sealed(post: Post) -> None:
    """In no column in the clear, nor the sender's number; a key opens them again."""
    post.hear(SECRET, channel="email", address=MAIL, subject="Payment")
    with post.session() as session:
        rows = session.connection().execute(sql("select to_jsonb(one)::text from inbound_messages as one")).scalars()
        stored = "".join(rows)
    assert "4111" not in stored
    assert "Payment" not in stored
    assert MAIL not in stored
    sealed = post.inbox()[0].sealed
    assert sealed
    assert json.loads(post.seals.opened(sealed)) == {"text": SECRET, "subject": "Payment"}


def test_without_a_key_no_words_are_kept(database: Database) -> None:
    """Rather none than some that anybody can read. STOP is obeyed all the same."""
    post = Post(database, seals=Seals(None))
    post.person()
    post.hear(SECRET)
    post.hear("STOP", keyword=STOP)
    assert [one.sealed for one in post.inbox()] == [None, None]
    assert post.reasons() == {"sms": [Reason.OPTED_OUT]}


def test_neither_words_nor_senders_are_logged(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    """Logs go everywhere."""
    post.hear(SECRET)
    said = "".join(capsys.readouterr())
    assert "message.received" in said
    assert "4111" not in said
    assert PHONE not in said


def test_keys_can_be_changed() -> None:
    """The newest seals, the older ones still open, and without them nothing does."""
    old, new = new_key(), new_key()
    sealed = Seals(old).seal("Hello")
    assert sealed
    assert Seals(f"{new}, {old}").opened(sealed) == "Hello"
    for without in (Seals(new), Seals(None)):
        with pytest.raises(BadInput, match="HOMING_ENCRYPTION_KEYS"):
            without.opened(sealed)
    with pytest.raises(Misconfigured, match="HOMING_ENCRYPTION_KEYS") as raised:
        Seals(f"{new},secret")
    assert "secret" not in str(raised.value)


def test_stop_ends_that_channel_at_once_and_start_takes_it_back(post: Post) -> None:
    """Only that channel: who has enough of texts may still want mails."""
    stopped = post.hear("STOP", keyword=STOP)
    assert (stopped.deed, post.reasons()) == (Deed.STOPPED, {"sms": [Reason.OPTED_OUT]})
    assert [(one.name, one.properties) for one in stopped.happened] == [("unsubscribed", {"channel": "sms"})]
    started = post.hear("START", keyword=START)
    assert (started.deed, post.reasons()) == (Deed.STARTED, {})
    assert [one.name for one in started.happened] == ["resubscribed"]
    assert post.hear("STOP", keyword=STOP).deed is Deed.STOPPED


def test_a_second_stop_is_obeyed_and_not_confirmed_again(post: Post) -> None:
    """One confirmation is what the law allows."""
    post.hear("STOP", keyword=STOP)
    again = post.hear("stop", keyword=STOP)
    assert (again.deed, again.happened) == (Deed.STOPPED_BEFORE, [])
    assert post.reasons() == {"sms": [Reason.OPTED_OUT]}


def test_yes_means_nothing_to_who_was_never_stopped(post: Post) -> None:
    """It answers a question, and goes to whoever asked it."""
    assert post.hear("YES", keyword=START).deed is Deed.HEARD
    assert post.hear("CANCEL", keyword=STOP).deed is Deed.STOPPED  # but a stop always works


def test_start_lifts_what_the_provider_has_ended(post: Post) -> None:
    """Twilio refused with 21610 because it heard the STOP; it has heard the START too."""
    with post.session() as session:
        people.end_address(session, "alice", PHONE, "sms", "opted_out", NOW)
    assert post.hear("START", keyword=START).deed is Deed.STARTED
    assert post.ended() == {}


def test_start_lifts_no_complaint_and_no_dead_number(post: Post) -> None:
    """Neither was a STOP."""
    with post.session() as session:
        people.end_address(session, "alice", PHONE, "sms", "unreachable", NOW)
    assert post.hear("START", keyword=START).deed is Deed.HEARD
    assert post.ended() == {"sms": "unreachable"}


def test_the_same_message_again_is_answered_as_it_was(post: Post) -> None:
    """Twilio asks again when our answer was late; the first answer was then not heard."""
    first = post.hear("STOP", keyword=STOP, provider_id="SM1")
    again = post.hear("STOP", keyword=STOP, provider_id="SM1")
    assert (again.deed, again.new) == (Deed.STOPPED, False)
    assert [one.message_id for one in again.happened] == [one.message_id for one in first.happened]
    assert len(post.inbox()) == 1


def test_a_replayed_stop_does_not_undo_a_later_start(post: Post) -> None:
    """Twilio's signature has no time in it: whoever has seen a request may send it again."""
    post.hear("STOP", keyword=STOP, provider_id="SM1")
    post.hear("START", keyword=START)
    post.hear("STOP", keyword=STOP, provider_id="SM1")
    assert post.reasons() == {}


def test_two_processes_with_the_same_message_take_it_once(post: Post) -> None:
    """And both answer the same."""
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: post.hear("STOP", keyword=STOP, provider_id="SM1"), range(8)))
    assert sorted(one.new for one in heard) == [False] * 7 + [True]
    assert {one.deed for one in heard} == {Deed.STOPPED}


def test_a_stranger_is_kept_and_a_strangers_stop_counts(post: Post) -> None:
    """They may be an old customer, or become one."""
    heard = post.hear("berhenti", keyword=STOP, address="+6281234567890")
    assert (heard.deed, heard.happened, heard.locale) == (Deed.STOPPED, [], "id")
    post.person("bob", sms="+6281234567890")
    assert post.reasons("bob") == {"sms": [Reason.OPTED_OUT]}
    assert post.hear("Hello?", address="+6281234567891").happened == []


def test_the_answer_is_in_the_persons_language(post: Post) -> None:
    """Whatever language the word was in."""
    post.person("bob", locale="pt-BR", sms="+5511987654321")
    assert post.hear("STOP", keyword=STOP, address="+5511987654321").locale == "pt-BR"


def test_a_shared_phone_answers_whoever_was_written_to_last(post: Post) -> None:
    """A STOP is everybody's there."""
    post.person("bob", sms=PHONE)
    post.sent("alice", "sms", reserved_at=NOW - timedelta(hours=2))
    post.sent("bob", "sms", reserved_at=NOW - timedelta(hours=1))
    assert [one.user_id for one in post.hear("Hello").happened] == ["bob"]
    post.sent("alice", "sms", reserved_at=NOW)
    assert [one.user_id for one in post.hear("Hello").happened] == ["alice"]
    stopped = post.hear("STOP", keyword=STOP)
    assert sorted(one.user_id for one in stopped.happened) == ["alice", "bob"]
    assert post.reasons("bob") == {"sms": [Reason.OPTED_OUT]}


@pytest.mark.parametrize(
    ("known", "writes"),
    [
        ("+5511987654321", "+551187654321"),  # Brazil: WhatsApp's ids are older than the ninth digit
        ("+551187654321", "+5511987654321"),
        ("+525512345678", "+5215512345678"),  # Mexico
        ("+5491123456789", "+541123456789"),  # Argentina
    ],
)
def test_whatsapp_writes_some_numbers_in_another_way(post: Post, known: str, writes: str) -> None:
    """It is the same phone, and its STOP must not be lost on a digit."""
    post.person("bob", whatsapp=known, sms=known)
    heard = post.hear("PARAR", channel="whatsapp", address=writes, keyword=STOP)
    assert [one.user_id for one in heard.happened] == ["bob"]
    assert post.reasons("bob") == {"whatsapp": [Reason.OPTED_OUT]}
    post.hear("PARAR", channel="sms", address=writes, keyword=STOP)
    assert post.reasons("bob").keys() == {"whatsapp"}  # to an operator these are two numbers


def test_a_mailbox_is_known_in_any_case(post: Post) -> None:
    """As mail servers take it."""
    post.person("bob", email="Bob@Example.com")
    assert [one.user_id for one in post.hear("Hi", channel="email", address="bob@example.com").happened] == ["bob"]


def test_what_nobody_wrote_is_no_event(post: Post) -> None:
    """An out-of-office reply is on record, and lets no journey think that somebody has answered."""
    heard = post.hear("I am away", channel="email", address=MAIL, automatic=True)
    assert (heard.deed, heard.happened, len(post.inbox())) == (Deed.KEPT, [], 1)


def test_what_a_person_wrote_goes_with_them(post: Post) -> None:
    """When they are erased; that they stopped stays, unreadable."""
    post.hear("STOP", keyword=STOP)
    with post.session() as session:
        session.connection().execute(sql("delete from addresses"))
        session.connection().execute(sql("delete from people"))
        left = session.connection().execute(sql("select count(*) from inbound_messages")).scalar()
    assert left == 0
    post.person()
    assert post.reasons() == {"sms": [Reason.OPTED_OUT]}


def test_what_was_written_can_be_read_by_who_has_the_key(post: Post) -> None:
    """And is left out where no key opens it any more."""
    post.hear("Hello", provider_id="1")
    [kept] = post.inbox()
    inbox = Inbox(post.database, post.clock, post.seals)
    assert inbox.words("alice") == {kept.id: {"text": "Hello", "subject": None}}
    assert Inbox(post.database, post.clock, Seals(new_key())).words("alice") == {kept.id: None}
    assert inbox.words("nobody") == {}
