"""What the sandbox tells about the messages it has taken, and that it does not lose them."""

from datetime import datetime
from pathlib import Path

import requests
from twilio.rest import Client

from tests.sandbox.conftest import twilio_client
from tests.sandbox_server import Sandbox, running_sandbox

ALICE = "+5511987654321"
US = "+14155238886"


def send_both(twilio: Client) -> None:
    twilio.messages.create(to=ALICE, from_=US, body="text", status_callback="http://localhost/status/m-1")
    twilio.messages.create(to=f"whatsapp:{ALICE}", from_=f"whatsapp:{US}", body="chat")


def test_messages_are_listed_in_the_order_of_arrival(twilio: Client, sandbox: Sandbox) -> None:
    """Each line says channel, addresses, text, the provider's id, an aware time and our callback."""
    send_both(twilio)
    text, chat = sandbox.messages()
    assert (text["channel"], text["to"], text["from"], text["text"]) == ("sms", ALICE, US, "text")
    assert (chat["channel"], chat["to"], chat["from"], chat["text"]) == ("whatsapp", ALICE, US, "chat")
    assert text["status_callback"] == "http://localhost/status/m-1"
    assert text["provider_id"].startswith("SM")
    assert datetime.fromisoformat(text["time"]).tzinfo is not None


def test_a_number_finds_sms_and_whatsapp_and_the_prefix_only_whatsapp(twilio: Client, sandbox: Sandbox) -> None:
    """The filters narrow the list; a plus that was not escaped is understood."""
    send_both(twilio)
    assert len(sandbox.messages(to=ALICE)) == 2
    assert [message["text"] for message in sandbox.messages(to=f"whatsapp:{ALICE}")] == ["chat"]
    assert [message["text"] for message in sandbox.messages(to=ALICE, channel="sms")] == ["text"]
    assert len(requests.get(f"{sandbox.url}/messages?to={ALICE}", timeout=5).json()) == 2
    assert sandbox.messages(to="+10000000000") == []


def test_a_reader_can_go_on_where_it_stopped(twilio: Client, sandbox: Sandbox) -> None:
    """since_id gives what came later, limit the newest."""
    send_both(twilio)
    first = sandbox.messages()[0]
    assert [message["text"] for message in sandbox.messages(since_id=first["id"])] == ["chat"]
    assert [message["text"] for message in sandbox.messages(limit=1)] == ["chat"]


def test_the_list_can_be_emptied(twilio: Client, sandbox: Sandbox) -> None:
    """DELETE forgets everything and says how much it was."""
    send_both(twilio)
    assert requests.delete(f"{sandbox.url}/messages", timeout=5).json() == {"deleted": 2}
    assert sandbox.messages() == []


def test_an_accepted_message_survives_a_killed_process(tmp_path: Path) -> None:
    """What was answered is on file: kill -9 right after the answer loses nothing."""
    state = tmp_path / "new folder" / "messages.sqlite"
    with running_sandbox(state) as sandbox:
        sid = twilio_client(sandbox).messages.create(to=ALICE, from_=US, body="keep me").sid
        sandbox.process.kill()
        sandbox.process.wait()
    with running_sandbox(state) as restarted:
        assert [message["provider_id"] for message in restarted.messages()] == [sid]
        assert twilio_client(restarted).messages(sid).fetch().body == "keep me"


def test_it_says_that_it_is_well(sandbox: Sandbox) -> None:
    """A stack can wait for /healthz."""
    assert requests.get(f"{sandbox.url}/healthz", timeout=5).json() == {"status": "ok"}
