"""A journey as a Mermaid flowchart, for documents and reviews: a diff of its text shows what changed."""

import json
import re
from collections.abc import Iterable

from domain.journey.drawing.looks import looks
from domain.journey.drawing.text import plain
from domain.journey.language import Journey
from domain.journey.telling.notes import entry_in_words, notes
from domain.journey.telling.outline import outline
from domain.journey.telling.reading import Outline, Way
from domain.journey.walking import Block

UNSAFE = re.compile(r"[^\w ?(),'/.:-]|:(?! )", re.ASCII)  # all that Mermaid, Markdown or HTML could take for markup
ROUND = ("([", "])")  # of nodes where a journey begins or ends
Ends = list[tuple[str, str]]  # nodes that lead on, each with what its arrow says
Drawn = tuple[list[str], Ends]


def mermaid(journey: Journey) -> str:
    """The flowchart, as the text of a Mermaid file."""
    inner, ends = _block(journey.steps, [("begin", "")])
    head = ["---", f"title: {json.dumps(plain(journey.title))}", "---", "flowchart TD"]
    return "\n".join([*head, *(f"    {line}" for line in [*_beginning(journey), *inner, *_end(ends), *_classes()]), ""])


def _beginning(journey: Journey) -> Iterable[str]:
    yield _node("begin", "start", ROUND, [entry_in_words(journey.entry)])
    for number, note in enumerate(notes(journey), 1):
        yield _node(f"note{number}", note.kind, ("[/", "/]"), [note.text])
        yield f"note{number} -.- begin"


def _end(ends: Ends) -> Iterable[str]:
    if ends:
        yield _node("finish", "end", ROUND, ["Completed"])
        yield from _arrows(ends, "finish")


def _classes() -> Iterable[str]:
    return (f"classDef {_class(name)} stroke:{look.light},stroke-width:2px" for name, look in looks().items())


def _block(block: Block, ends: Ends) -> Drawn:
    """The lines of these steps, which `ends` lead to, and what leads on from them."""
    lines: list[str] = []
    for step in block:
        read = outline(step)
        lines += [_step(read), *_arrows(ends, _id(read.id))]
        inner, ends = _onward(read)
        lines += inner
    return lines, ends


def _onward(read: Outline) -> Drawn:
    if not read.ways:
        return [], [] if read.ends else [(_id(read.id), "")]
    lines: list[str] = []
    ends: Ends = []
    for way in read.ways:
        inner, left = _way(read, way)
        lines += inner
        ends += left
    return lines, ends


def _way(read: Outline, way: Way) -> Drawn:
    here = _id(read.id)
    lines, ends = _block(way.block, [(here, way.label)])
    if way.again:
        return [*lines, *_arrows(ends, here)], []
    if way.out:
        out = f"{here}-Xout"
        return [*lines, _node(out, "exit", ROUND, [way.out]), *_arrows(ends, out)], []
    return lines, ends


def _step(read: Outline) -> str:
    shape = ROUND if read.ends else ("{{", "}}") if read.ways else ("(", ")")
    return _node(_id(read.id), read.kind, shape, [read.title, *read.details])


def _node(name: str, look: str, shape: tuple[str, str], texts: Iterable[str]) -> str:
    return f'{name}{shape[0]}"{"<br/>".join(map(_escaped, texts))}"{shape[1]}:::{_class(look)}'


def _arrows(ends: Ends, to: str) -> list[str]:
    return [f'{name} -->|"{_escaped(label)}"| {to}' if label else f"{name} --> {to}" for name, label in ends]


def _id(step: str) -> str:
    """A node's name. Two dashes would be read as an arrow; capitals are in no step's id, so names stay different."""
    return "step-" + re.sub("-(?=-|$)", "-X", step)


def _class(look: str) -> str:
    return f"is-{look}"  # `end` alone is a word of Mermaid


def _escaped(text: str) -> str:
    """As a quoted text of Mermaid, which writes what could be markup as numbers."""
    return UNSAFE.sub(lambda found: found[0] if ord(found[0]) > 127 else f"#{ord(found[0])};", plain(text))
