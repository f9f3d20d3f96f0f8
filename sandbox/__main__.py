"""`python -m sandbox`: start the stand-in for the providers and say where it listens."""

import argparse
import os
import re
import socket
import sqlite3
import sys
from pathlib import Path

from sandbox.app import Credentials, Options, create_app
from sandbox.reporter import Targets
from sandbox.server import listen, serve
from sandbox.signing import SendGridKey
from sandbox.store import open_file

# Harmless: they open nothing but this sandbox. Providers' clients use the same ones against it.
DEMO_ACCOUNT_SID = "AC00000000000000000000000000000000"
DEMO_AUTH_TOKEN = "demo-auth-token"  # noqa: S105
DEMO_SENDGRID_KEY = "SG.demo-key"


def arguments(argv: list[str]) -> argparse.Namespace:
    """The options; those for credentials default to the providers' own environment variables."""
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local stand-in for Twilio and SendGrid.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8025, help="port; 0 takes a free one (%(default)s)")
    parser.add_argument("--smtp-port", type=int, help="take mails by SMTP here as well; 0 takes a free port")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file for the messages")
    parser.add_argument("--account-sid", type=_account_sid, default=env("TWILIO_ACCOUNT_SID") or DEMO_ACCOUNT_SID)
    parser.add_argument("--auth-token", default=env("TWILIO_AUTH_TOKEN") or DEMO_AUTH_TOKEN)
    parser.add_argument("--sendgrid-key", default=env("SENDGRID_API_KEY") or DEMO_SENDGRID_KEY)
    _add_webhooks(parser)
    return parser.parse_args(argv)


def _add_webhooks(parser: argparse.ArgumentParser) -> None:
    """Where webhooks go: in the sandbox these options are what one sets in the providers' consoles."""
    group = parser.add_argument_group("webhooks", "Receipts of texts go to the StatusCallback that each came with.")
    group.add_argument("--twilio-inbound-url", metavar="URL", help="incoming texts, signed by the auth token")
    group.add_argument("--sendgrid-events-url", metavar="URL", help="events of mails, signed by the key in STATE.pub")
    group.add_argument("--sendgrid-inbound-url", metavar="URL", help="incoming mails; not signed")
    group.add_argument("--delivered-after", type=float, default=2.0, metavar="SECONDS", help="(%(default)s)")


def main() -> None:
    """Serve until told to stop."""
    options = arguments(sys.argv[1:])
    listener = _listen(options.host, options.port, "--port")
    mails = None if options.smtp_port is None else _listen(options.host, options.smtp_port, "--smtp-port")
    try:
        options.state.parent.mkdir(parents=True, exist_ok=True)
        db = open_file(options.state)
        key = SendGridKey.beside(options.state)
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.exit(f"cannot keep messages in {options.state} ({error}); choose another --state")
    credentials = Credentials(options.account_sid, options.auth_token, options.sendgrid_key)
    targets = Targets(
        twilio_inbound=options.twilio_inbound_url,
        sendgrid_events=options.sendgrid_events_url,
        sendgrid_inbound=options.sendgrid_inbound_url,
    )
    app = create_app(db, Options(credentials, key, targets, options.delivered_after, mails))
    sys.stdout.write(f"sandbox: http://{_address(listener)}\n")
    if mails:
        sys.stdout.write(f"mails: smtp://{_address(mails)}\n")
    sys.stdout.flush()
    serve(app, listener)


def _listen(host: str, port: int, option: str) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        sys.exit(f"cannot listen on {host}:{port} ({error.strerror}); choose another {option}, or 0")


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _account_sid(text: str) -> str:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", text):
        raise argparse.ArgumentTypeError("an account SID is AC and 32 hexadecimal digits")
    return text


if __name__ == "__main__":
    main()
