"""What a template says: on the terminal as it would be sent, and in your own mailbox or on your own phone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.common import find_folders, open_database, paper, read_json
from client.previewing import Reader, preview, reader_of
from domain.delivery import ChannelName
from domain.errors import BadInput, NotFound
from domain.identifiers import check_locale
from domain.templates import Rendered, Templates
from domain.templates.segments import ROOM, segments
from runtime.settings import Folders
from runtime.template_files import read_templates

Name = Annotated[str, typer.Argument(help="The template's name, such as welcome.")]
Locale = Annotated[str | None, typer.Option(help="Language of the message: pt-BR, id ... Default: the person's.")]
User = Annotated[str | None, typer.Option(help="Somebody in the database: their attributes, locale and zone.")]
Attributes = Annotated[str | None, typer.Option(help='JSON: \'{"first_name": "Ana"}\'. Default: Alice.')]


def preview_command(
    name: Name,
    channel: Annotated[str | None, typer.Option(help="One channel; default: all that the template has.")] = None,
    locale: Locale = None,
    user: User = None,
    attributes: Attributes = None,
    html: Annotated[Path | None, typer.Option(help="Write the HTML of the mail there, for a browser.")] = None,
) -> None:
    """Show what a template says, exactly as it would be sent; offer, code and links are samples.

    Example: starter.py templates preview welcome --channel sms --locale tr --attributes '{"first_name": "Gökçe"}'
    """
    where, reader = find_folders(), reader_from(user, attributes)
    templates, language = _templates(where), check_locale(locale) if locale else None
    for one in _channels(templates, name, channel):
        message = preview(templates, where, name, one, language, reader, datetime.now(UTC), short=True)
        _show(name, one, message)
        if html and message.html is not None:
            html.write_text(message.html, encoding="utf-8")
            paper.print(f"written to {html}")
    if html and ChannelName.EMAIL not in _channels(templates, name, channel):
        raise BadInput(f"only mail has HTML: leave --html out, or say --channel {ChannelName.EMAIL}")


def send_test_command(
    name: Name,
    to: Annotated[str, typer.Option(help="Your own mailbox, or your own number as +5511987654321.")],
    channel: Annotated[str, typer.Option(help="email, sms, whatsapp, messenger or voice.")],
    locale: Locale = None,
    user: User = None,
    attributes: Attributes = None,
) -> None:
    """Send a template to yourself, marked as a test, by the channel as it is configured.

    It is nobody's message: no consent, quiet hours or caps are asked, nothing is stored, and no receipt counts.

    Example: starter.py templates send-test welcome --to ana@example.com --channel email
    """
    from cli.trying import send_test  # knows the providers' clients, which other commands need not

    reader = reader_from(user, attributes)
    where = find_folders()
    templates, language = _templates(where), check_locale(locale) if locale else None
    _channels(templates, name, channel)
    message = preview(templates, where, name, channel, language, reader, datetime.now(UTC))
    paper.print(send_test(channel, to, message))


def folder_of(given: str | None, where: Folders) -> Path:
    """The folder that was named, or that of the settings."""
    return Path(given) if given else where.templates_dir


def reader_from(user: str | None, attributes: str | None) -> Reader:
    """Who is to read it. Raises BadInput, or NotFound for a user that nobody knows."""
    if user and attributes:
        raise BadInput("--user has attributes of their own: leave --attributes out")
    if user:
        return reader_of(open_database(), user)
    return Reader(read_json(attributes, "--attributes")) if attributes else Reader()


def _templates(where: Folders) -> Templates:
    return Templates.parse(read_templates(where.templates_dir), where.default_locale)


def _channels(templates: Templates, name: str, channel: str | None) -> tuple[str, ...]:
    there = templates.channels(name)
    if channel and channel not in there:
        raise NotFound(f"template {name} has no {channel}; it has {', '.join(there)}")
    return (channel,) if channel else there


def _show(name: str, channel: str, message: Rendered) -> None:
    paper.print(f"{name}  {channel}  {message.locale}", style="bold")
    for field in ("subject", "title", "link"):
        if value := getattr(message, field):
            paper.print(f"{field}: {value}")
    if message.keys:
        paper.print(f"keys: {', '.join(f'{key} {word}' for key, word in message.keys.items())}")
    if channel == ChannelName.SMS:
        paper.print(_counted(message.text))
    if message.html is not None:
        paper.print(f"html: {len(message.html.encode()):,} bytes; --html FILE writes it. As plain text:")
    paper.print(f"{message.text}\n")


def _counted(text: str) -> str:
    cut = segments(text)
    parts, (alone, joined) = len(cut.parts), ROOM[cut.encoding]
    room = f"{alone}" if parts <= 1 else f"{parts} x {joined}"
    why = f", because of {' '.join(cut.forcing)}" if cut.forcing else ""
    return f"{parts} SMS: {cut.units} of {room} characters in {cut.encoding}{why}"
