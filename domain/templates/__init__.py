"""The words Homing sends: Liquid templates per channel and locale, parsed once and rendered in a sandbox.

Nothing here touches a disk or a clock: sources come in as a mapping from relative path to text, and `now` and the
person's zone come in with the context. Templates are written by trusted people and filled with untrusted values.
"""

from domain.templates.catalogue import RenderError, TemplateMissing, Templates
from domain.templates.rendered import Rendered

__all__ = ["RenderError", "Rendered", "TemplateMissing", "Templates"]
