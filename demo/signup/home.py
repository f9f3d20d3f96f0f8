"""The product itself, as far as it needs one: a page that shows the person's inbox and first steps, live."""

from html import escape

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from demo.signup.backend import Backend, Refusal
from demo.signup.pages import STYLE
from demo.signup.visits import Visit

# What a person may do in the product, by its event: the steps of templates/checklist.yaml.
DEEDS = {
    "first_use": "Use it for the first time",
    "teammate_invited": "Invite a teammate",
    "profile_completed": "Complete your profile",
}
LAYOUT = (
    ":root{color-scheme:light dark}"
    "header{display:flex;justify-content:space-between;align-items:center}form{display:inline-block;margin:.3rem 0}"
)
# Without a script the forms lead back to the page; with it the page stays, and what happens is seen as it happens.
SCRIPT = """for (const form of document.forms) form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch(form.action, { method: 'POST' });
  form.querySelector('button').disabled = answer.ok;
});
"""


def add_home(site: FastAPI, backend: Backend, here: Visit) -> None:
    """Its routes, for who has signed up."""

    @site.get("/home")
    def home(visit: Visit = here) -> Response:
        return HTMLResponse(_page(visit, backend.api), headers=_headers(backend.api)) if visit.welcome else _to("/code")

    @site.get("/home.js")
    def script() -> Response:
        return Response(SCRIPT, media_type="text/javascript")

    @site.get("/token")
    def token(visit: Visit = here) -> Response:
        try:
            return JSONResponse({"token": backend.token(visit)}, headers={"Cache-Control": "no-store"})
        except Refusal as refusal:
            return Response(str(refusal), 502)

    @site.post("/home/{deed}")
    def act(deed: str, visit: Visit = here) -> Response:
        if not visit.welcome or deed not in {*DEEDS, "here"}:
            return _to("/home")
        try:
            backend.tell_here(visit) if deed == "here" else backend.report(visit, deed)
        except Refusal as refusal:
            return Response(str(refusal), 502)
        return _to("/home")


def _page(visit: Visit, api: str) -> str:
    deeds = "".join(_button(f"/home/{event}", label) for event, label in DEEDS.items())
    return (
        f'<!doctype html><html lang="{escape(visit.locale)}"><meta charset="utf-8"><title>Acme</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}{LAYOUT}</style>"
        f'<script type="module" src="{escape(api)}/homing.js"></script><script type="module" src="/home.js"></script>'
        '<header><h1>Acme</h1><homing-inbox token-url="/token"></homing-inbox></header>'
        '<homing-checklist token-url="/token"></homing-checklist>'
        f"<p>Try the product, and see the list: {deeds}</p>"
        f"<p>Your messages come by {escape(visit.channel)}. {_button('/home/here', 'Send them here instead')}</p>"
    )


def _button(action: str, label: str) -> str:
    return f'<form method="post" action="{escape(action)}"><button>{escape(label)}</button></form> '


def _headers(api: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; script-src 'self' {api}; connect-src 'self' {api}; style-src 'unsafe-inline'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return {"Cache-Control": "no-store", "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)
