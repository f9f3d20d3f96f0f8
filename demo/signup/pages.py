"""What visitors see, as HTML without scripts. All that is put in is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Any

from demo.signup.visits import Visit

STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;margin:8vh auto;max-width:27rem;padding:0 1.5rem;color-scheme:light dark}"
    "label{display:block;margin:1rem 0}input,select,button{font:inherit;padding:.5rem .7rem;border-radius:.4rem}"
    "input,select{display:block;width:100%;box-sizing:border-box;border:1px solid #888}"
    "button{border:0;background:#1a56c4;color:#fff;padding:.6rem 1.4rem;cursor:pointer}"
    "[role=alert]{border-left:4px solid #c22;padding:.2rem .8rem}img{background:#fff;width:220px}"
    "li{font-family:ui-monospace,monospace}"
)
CHANNELS = {"sms": "text message", "whatsapp": "WhatsApp", "email": "e-mail"}
LOCALES = {"en": "English", "es": "Español", "pt-BR": "Português", "id": "Bahasa Indonesia", "tr": "Türkçe"}


def start(problem: str = "") -> str:
    """Who are you, and where does the code go?"""
    form = (
        '<form method="post" action="/"><label>First name<input name="name" required maxlength="40" '
        'autocomplete="given-name"></label><label>Phone number or e-mail address<input name="to" required '
        'maxlength="320" placeholder="+5511987654321"></label><label>Send me the code by'
        f'<select name="channel">{_options(CHANNELS)}</select></label><label>Language'
        f'<select name="locale">{_options(LOCALES)}</select></label><button>Sign up</button></form>'
    )
    return _page("Sign up", form, problem)


def code(visit: Visit, sandbox: str, problem: str = "", said: str = "") -> str:
    """Which code did you get?"""
    where = f'<a href="{escape(sandbox)}" target="_blank" rel="noopener">phone and inbox</a>'
    form = (
        f"<p>A code is on its way to <b>{escape(visit.to)}</b>. Look into the demo's {where}.</p>"
        f"<p>{escape(said)}</p>"
        f'<form method="post" action="/code">{_field("Your code")}<button>Confirm</button></form>'
        '<form method="post" action="/again"><p>Nothing there? <button>Send it again</button></p></form>'
    )
    return _page("Your code", form, problem)


def welcome(visit: Visit, sandbox: str) -> str:
    """You are in."""
    where = f'<a href="{escape(sandbox)}" target="_blank" rel="noopener">phone and inbox</a>'
    return _page(
        f"Welcome, {visit.name}!",
        f"<p>You have proven that <b>{escape(visit.to)}</b> is yours. Your welcome is on its way to your {where}.</p>"
        f"<p>Homing knows you as <code>{escape(visit.user_id)}</code>.</p>"
        '<p><a href="/home">Open the product</a>: your messages and first steps are there, live.</p>'
        '<form method="post" action="/app"><button>Add an authenticator app</button></form>',
    )


def app(made: dict[str, Any]) -> str:
    """Scan this."""
    return _page(
        "Scan this with your app",
        f'<p><img alt="QR code" src="{escape(made["qr"]["svg"])}"></p>'
        f"<p>Or type the key: <code>{escape(made['secret'])}</code></p>{_app_form()}",
    )


def app_again(problem: str) -> str:
    """The picture is not shown twice; the code may be typed again."""
    return _page("The code of your app", _app_form(), problem)


def recovery(codes: Sequence[str]) -> str:
    """Write these down."""
    items = "".join(f"<li>{escape(one)}</li>" for one in codes)
    text = "<p>Your app is in use. Keep these codes for the day on which you lose it; each is good once.</p>"
    return _page("Your recovery codes", f"{text}<ul>{items}</ul>")


def _app_form() -> str:
    return f'<form method="post" action="/app/code">{_field("What the app shows")}<button>Confirm</button></form>'


def _field(label: str) -> str:
    """Browsers and phones fill it in by themselves, and show the keys for digits."""
    return (
        f'<label>{label}<input name="code" required maxlength="64" inputmode="numeric" autocomplete="one-time-code" '
        "autofocus></label>"
    )


def _options(choices: dict[str, str]) -> str:
    return "".join(f'<option value="{value}">{escape(text)}</option>' for value, text in choices.items())


def _page(title: str, body: str, problem: str = "") -> str:
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1>{alert}{body}"
    )
