"""The frame around pages for people: small, without scripts, and nothing in it comes from anywhere else.

They are for the person with the link: no cache keeps them, no search engine lists them, no other site frames them.
"""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1c;--soft:#595959;--page:#f4f5f7;--card:#fff;--line:#dcdde1;--main:#1a56c4;--on-main:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#f0f0f0;--soft:#b4b4b4;--page:#131416;--card:#1f2023;--line:#3c3d41;--main:#8ab4f8;--on-main:#0b1526}}
*{box-sizing:border-box}
html{scroll-padding:1rem 0 5rem}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:32rem;margin:0 auto;padding:clamp(1.5rem,7vh,4.5rem) 1.25rem 3rem}
.brand{color:var(--soft);font-weight:600;margin:0}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;text-wrap:balance}
p{margin:.5rem 0 1.25rem}
form{margin:0 0 1.75rem}
fieldset{min-width:0;border:1px solid var(--line);border-radius:1rem;background:var(--card);margin:0 0 1rem;padding:.5rem 1.1rem .25rem}
legend{float:left;width:100%;font-weight:650;padding:.35rem 0}
label{clear:both;display:flex;justify-content:space-between;align-items:center;flex-wrap:wrap;gap:.35rem 1rem;min-height:3rem;padding:.35rem 0;border-top:1px solid var(--line);cursor:pointer}
label>span{flex:1 1 7rem}
label:has(:disabled){cursor:not-allowed}
small{color:var(--soft);display:block}
input[type=checkbox]{appearance:none;flex:none;width:3.1rem;height:1.8rem;margin:0;border-radius:1rem;background:#767676;position:relative;cursor:inherit;transition:background .15s}
input[type=checkbox]::after{content:"";position:absolute;top:.2rem;left:.2rem;width:1.4rem;height:1.4rem;border-radius:50%;background:#fff;transition:left .15s}
input[type=checkbox]:checked{background:var(--main)}
input[type=checkbox]:checked::after{left:1.5rem;background:var(--on-main)}
input[type=checkbox]:disabled{opacity:.4}
button,a.button{display:block;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.6rem 1rem;border:1px solid var(--main);border-radius:.75rem;background:var(--main);color:var(--on-main);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
button.quiet,a.quiet{background:transparent;color:var(--main)}
button:hover,a.button:hover{filter:brightness(1.1)}
form:has(input[checked]:not(:checked),input:not([checked]):checked) button{position:sticky;bottom:.75rem;box-shadow:0 .25rem 1.25rem #0006}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
[role=status]{border-inline-start:4px solid var(--main);border-radius:.25rem;padding:.6rem .9rem;margin:1rem 0;background:color-mix(in srgb,var(--main) 12%,var(--card));outline:0}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){input[type=checkbox]{appearance:auto;width:1.5rem;height:1.5rem}input[type=checkbox]::after{content:none}}
"""  # noqa: E501  a style sheet
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def page(language: str, title: str, body: str, status: int = 200) -> HTMLResponse:
    """A page; `title` is text and `body` is HTML."""
    html = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, HEADERS)


def heading(text: str) -> str:
    """What the page is about, as HTML that is `filled` in already."""
    return f"<h1>{text}</h1>"


def status(text: str, *, fresh: bool = False) -> str:
    """What holds now; if it has just been done, `fresh`, screen readers begin with it."""
    return f'<p role="status"{" tabindex=-1 autofocus" if fresh else ""}>{text}</p>'


def filled(words: str, **values: str) -> str:
    """Words with values that may hold anything, in any direction: each stays text, and stays in its place."""
    marked = {name: f"<bdi>{escape(value)}</bdi>" for name, value in values.items()}
    return escape(words).format_map(marked)


def button(label: str, value: str, *, quiet: bool = False) -> str:
    """A button that sends its form with this act."""
    look = ' class="quiet"' if quiet else ""
    return f'<button name="act" value="{escape(value)}"{look}>{escape(label)}</button>'


def form(*parts: str) -> str:
    """Sent to the page itself, without what its address said after the question mark."""
    return f'<form method="post" action="?" autocomplete="off">{"".join(parts)}</form>'
