"""What a person has written in a mail, without what their program put around it.

Every mail of the world may come here, so each of these takes time in proportion to the mail, whatever is in it.
"""

import re
from html import unescape

SIGNATURE = "--"
# What phones put below each mail, in the languages that ship, and Outlook above the one that is answered.
OF_A_PROGRAM = re.compile(
    r"(sent from my|get outlook for|enviad[oa] (do|desde|de|pelo)|dikirim dari)\b|.{0,40}\bgönderildi$|_{8}|-{5}",
    re.IGNORECASE,
)
TAG = re.compile(r"(<[^<>]*>)")
UNSEEN = re.compile(r"<(style|script|head)\b", re.IGNORECASE)
SEEN_AGAIN = re.compile(r"</(style|script|head)\b", re.IGNORECASE)


def own_words(text: str) -> str:
    """What the person wrote: without the mail that they answer, the paragraph that introduces it, and their signature.

    >>> own_words("Stop\\n\\nOn Monday Acme wrote:\\n> Hello\\n> there")
    'Stop'
    """
    paragraphs: list[list[str]] = [[]]
    for line in map(str.strip, text.splitlines()):
        if line == SIGNATURE or OF_A_PROGRAM.match(line):
            break
        if line.startswith(">"):
            told = [paragraph for paragraph in paragraphs if paragraph]
            paragraphs = told[:-1] if told and told[-1][-1].endswith(":") else told
            break
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "\n".join(line for paragraph in paragraphs for line in paragraph)


def plain(html: str) -> str:
    """The words of an HTML mail that has no text beside."""
    words, seen = [], True
    for piece in TAG.split(html):
        if not piece.startswith("<"):
            words.append(piece if seen else "")
        elif UNSEEN.match(piece) and not piece.endswith("/>"):
            seen = False
        elif SEEN_AGAIN.match(piece):
            seen = True
    return " ".join(unescape(" ".join(words)).split())
