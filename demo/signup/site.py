"""The signup page as a web application."""

from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from demo.signup import pages
from demo.signup.backend import Backend, Refusal
from demo.signup.home import add_home
from demo.signup.visits import Visit, Visits

COOKIE = "visit"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
Text = Annotated[str, Form(max_length=320)]


class NoVisit(Exception):
    """The cookie is missing, or of the demo before."""


def create_site(backend: Backend, sandbox: str) -> FastAPI:
    """The pages over a backend; `sandbox` is where phone and inbox are."""
    site = FastAPI(openapi_url=None)
    site.add_exception_handler(NoVisit, _begin_anew)
    visits = Visits()

    def visit_of(visit: Annotated[str | None, Cookie()] = None) -> Visit:
        found = visits.find(visit)
        if found is None:
            raise NoVisit
        return found

    here = Depends(visit_of)
    _add_signup(site, backend, visits)
    _add_code(site, backend, sandbox, here)
    _add_app(site, backend, sandbox, here)
    add_home(site, backend, here)
    return site


def _add_signup(site: FastAPI, backend: Backend, visits: Visits) -> None:
    @site.get("/")
    def start() -> HTMLResponse:
        return _shown(pages.start())

    @site.post("/")
    def sign_up(name: Text, to: Text, channel: Text, locale: Text) -> Response:
        visit = Visit(name.strip(), to.strip(), channel, locale)
        try:
            backend.send_code(visit)
        except Refusal as refusal:
            return _shown(pages.start(str(refusal)))
        answer = _to("/code")
        answer.set_cookie(COOKIE, visits.begin(visit), httponly=True, samesite="strict")
        return answer


def _add_code(site: FastAPI, backend: Backend, sandbox: str, here: Visit) -> None:
    @site.get("/code")
    def ask(visit: Visit = here) -> HTMLResponse:
        return _shown(pages.code(visit, sandbox))

    @site.post("/code")
    def check(code: Text, visit: Visit = here) -> Response:
        try:
            backend.check(visit, code)
        except Refusal as refusal:
            return _shown(pages.code(visit, sandbox, str(refusal)))
        return _to("/welcome")

    @site.post("/again")
    def again(visit: Visit = here) -> HTMLResponse:
        try:
            backend.send_again(visit)
        except Refusal as refusal:
            return _shown(pages.code(visit, sandbox, str(refusal)))
        return _shown(pages.code(visit, sandbox, said="It was sent again."))


def _add_app(site: FastAPI, backend: Backend, sandbox: str, here: Visit) -> None:
    @site.get("/welcome")
    def welcome(visit: Visit = here) -> Response:
        return _shown(pages.welcome(visit, sandbox)) if visit.welcome else _to("/code")

    @site.post("/app")
    def enrol(visit: Visit = here) -> Response:
        if not visit.welcome:
            return _to("/code")
        try:
            made = backend.enrol(visit)
        except Refusal as refusal:
            return _shown(pages.app_again(str(refusal)))
        visit.app = str(made["id"])
        return _shown(pages.app(made))

    @site.post("/app/code")
    def confirm(code: Text, visit: Visit = here) -> Response:
        try:
            return _shown(pages.recovery(backend.confirm(visit, visit.app, code)))
        except Refusal as refusal:
            return _shown(pages.app_again(str(refusal)))


def _begin_anew(_: object, __: Exception) -> Response:
    return _to("/")


def _shown(page: str) -> HTMLResponse:
    return HTMLResponse(page, headers=HEADERS)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)
