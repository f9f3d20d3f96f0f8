"""Liquid that cannot run away: no includes, no raw output, a short list of filters, and limits on every kind of growth.

A missing variable renders as nothing; `{{ x | default: "..." }}` and `{% if x %}` say what to do instead.
"""

from collections.abc import Callable
from typing import Any, TextIO

from liquid import Environment, RenderContext, Token
from liquid.ast import BlockNode
from liquid.builtin.expressions import LoopExpression
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.exceptions import LiquidError

from domain.templates import filters, plurals
from domain.templates.limits import MAX_LOOP, MAX_SIZE, Meter, Metered, bounded_filter, size

TAGS = {
    *("assign", "break", "capture", "case", "comment", "continue", "cycle", "echo", "for", "if", "liquid", "unless"),
    *("#", "content", "illegal", "output"),  # a comment and the parser's own
}
FILTERS = {
    *("abs", "append", "at_least", "at_most", "capitalize", "ceil", "default", "divided_by", "downcase", "first"),
    *("floor", "join", "last", "minus", "modulo", "newline_to_br", "plus", "prepend", "remove", "replace", "round"),
    *("size", "slice", "split", "strip", "times", "truncate", "truncatewords", "upcase", "url_encode"),
}
OUR_FILTERS: dict[str, Callable[..., Any]] = {
    "after": filters.after,
    "date": filters.local_date,
    "datetime": filters.local_datetime,
    "money": filters.money,
    "number": plurals.number,
    "percent": filters.percent,
    "plural": plurals.plural,
    "untracked": filters.untracked,
}


class _Round(BlockNode):
    """What a loop repeats; each round is charged with its length."""

    __slots__ = ("_length",)

    def __init__(self, block: BlockNode) -> None:
        super().__init__(block.token, block.nodes)
        self._length = len(str(block))

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if isinstance(context, Meter):
            context.charge(1 + self._length)
        return super().render_to_output(context, buffer)


class _ForNode(ForNode):
    """A loop that looks at its range before Liquid does, which would build it in memory to reverse it."""

    __slots__ = ()

    def __init__(
        self, token: Token, expression: LoopExpression, block: BlockNode, default: BlockNode | None = None
    ) -> None:
        super().__init__(token, expression, _Round(block), default)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        items = self.expression.iterable.evaluate(context)
        context.raise_for_loop_limit(size(items) if isinstance(items, range) else 1)
        return super().render_to_output(context, buffer)


class _ForTag(ForTag):
    node_class = _ForNode


class _Sandbox(Environment):
    template_class = Metered
    loop_iteration_limit = MAX_LOOP
    output_stream_limit = MAX_SIZE
    local_namespace_limit = MAX_SIZE

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.add_tag(_ForTag)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS}
        allowed = {name: self.filters[name] for name in FILTERS} | OUR_FILTERS
        self.filters = {name: bounded_filter(name, apply) for name, apply in allowed.items()}

    def error(self, exc: LiquidError | type[LiquidError], msg: str | None = None, token: Token | None = None) -> None:
        """Raise the error; one that has lost its place (-1) gets the place where the parser stands."""
        if isinstance(exc, LiquidError) and exc.token and exc.token.start_index < 0:
            exc.token = token
        super().error(exc, msg, token)


PLAIN = _Sandbox()
HTML = _Sandbox(autoescape=True)
