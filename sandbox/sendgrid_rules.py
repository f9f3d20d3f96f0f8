"""What SendGrid says is wrong with a mail: the field, its words, and where they are explained."""

import json
from typing import Any

from pydantic import ValidationError

from sandbox.sendgrid_mail import Mail

Error = dict[str, str | None]

CUSTOM_ARGS_LIMIT = 10_000
DOCUMENTATION = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message."

# The field without its indexes, and SendGrid's words when it is missing, empty or of the wrong kind.
WORDS = {
    "personalizations": "The personalizations field is required and must have at least one personalization.",
    "personalizations.to": "The to array is required for all personalization objects, and must have at least"
    " one email object with a valid email address.",
    "personalizations.to.email": "Does not contain a valid address.",
    "from": "The from object must be provided for every email send. It is an object that requires the email"
    " parameter, but may also contain a name parameter.",
    "from.email": "The from email does not contain a valid address.",
    "subject": "The subject is required. You can get around this requirement if you use a template with a"
    " subject defined or if every personalization has a subject defined.",
    "content": "Unless a valid template_id is provided, the content parameter is required. There must be at"
    " least one defined content block.",
    "content.value": "The content value must be a string at least one character in length.",
    "custom_args": "The custom_args parameter must be an object of strings.",
    "categories": "The categories parameter must be an array of at most 10 strings.",
}


def check(document: Any) -> tuple[Mail | None, list[Error]]:
    """The mail, or SendGrid's list of errors."""
    try:
        mail = Mail.model_validate(document)
    except ValidationError as error:
        return None, [_malformed(item["loc"], item["msg"]) for item in error.errors()]
    problems = _contradictions(mail)
    return (None if problems else mail), [_error(field, field, words) for field, words in problems]


def _contradictions(mail: Mail) -> list[tuple[str, str]]:
    """What is wrong with a well-formed mail: the fields, with SendGrid's words."""
    problems = []
    has_subject = mail.subject or all(envelope.subject for envelope in mail.personalizations)
    if not (mail.template_id or has_subject):
        problems.append(("subject", WORDS["subject"]))
    if not (mail.template_id or mail.content):
        problems.append(("content", WORDS["content"]))
    if words := _content_problem([content.type for content in mail.content]):
        problems.append(("content", words))
    if len(json.dumps(mail.custom_args)) > CUSTOM_ARGS_LIMIT:
        problems.append(("custom_args", "The custom_args exceed the limit of 10000 bytes."))
    return problems


def _content_problem(kinds: list[str]) -> str | None:
    if len(set(kinds)) < len(kinds):
        return "If present, text/plain and text/html may only be provided once."
    order = {"text/plain": 0, "text/html": 1}
    if kinds != sorted(kinds, key=lambda kind: order.get(kind, 2)):
        return "If present, text/plain must be first, followed by text/html, followed by any other content."
    return None


def _malformed(location: tuple[int | str, ...], problem: str) -> Error:
    """An error of pydantic's in SendGrid's words: the field keeps its indexes, the help has none."""
    name = ".".join(part for part in location if isinstance(part, str))
    words = WORDS.get(name, problem.removeprefix("Value error, "))
    return _error(".".join(map(str, location)), name, words)


def _error(field: str, anchor: str, words: str) -> Error:
    return {"message": words, "field": field, "help": f"{DOCUMENTATION}{anchor}"}
