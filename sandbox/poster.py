"""Posts what is due, and posts it again as often as the providers do. It never holds an answer to a client up."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import requests

from sandbox import signing
from sandbox.posts import Kind, Post, Posts
from sandbox.signing import SendGridKey

PATIENCE_S = 15.0  # as long as Twilio waits for an answer
AT_ONCE = 8  # posts under way
IDLE_S = 3600.0
# Seconds before each further try. Twilio tries once more, and only where it got no answer or an error of the server;
# SendGrid goes on for a day, or for three with mail to us; here it is a minute and a half.
AGAIN: dict[Kind, tuple[float, ...]] = {
    "twilio": (3.0,),
    "events": (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0),
    "parse": (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0),
    "push": (),
}
FALSE_TOKEN = "not-the-accounts-own-token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Answered:
    """What the customer's server said; status 0 when it said nothing in time."""

    status: int
    text: str = ""

    @property
    def fine(self) -> bool:
        """Whether it has taken what was posted."""
        return 200 <= self.status < 300


class Poster:
    """One loop over what is planned. `on_taken` hears what is answered to each post that was taken."""

    def __init__(self, posts: Posts, token: str, key: SendGridKey, on_taken: Callable[[Post, str], None]) -> None:
        self._posts = posts
        self._token = token
        self._key = key
        self._false_key = SendGridKey.made_up()
        self._on_taken = on_taken
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._busy: set[str] = set()  # URLs that are being posted to: what is told to one is told in order

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; what is not answered by then is posted by the next run."""
        while True:
            self._wake.clear()
            held = self._begin()
            due = self._posts.next_due({*self._under_way, *held})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_S if due is None else max(due - time.time(), 0))

    def _begin(self) -> set[int]:
        """Post what is due; the ids of those that wait until an earlier one to the same URL is answered."""
        held = set()
        for together in _together(self._posts.due(time.time(), self._under_way)):
            if together[0].url in self._busy:
                held |= {post.id for post in together}
                continue
            self._busy.add(together[0].url)
            task = asyncio.create_task(self._post(together))
            self._under_way |= {post.id: task for post in together}
        return held

    async def _post(self, together: list[Post]) -> None:
        try:
            async with self._places:
                answered = await asyncio.to_thread(self._request, together)
            for post in together:
                self._settle(post, answered)
        finally:
            self._busy.discard(together[0].url)
            for post in together:
                self._under_way.pop(post.id, None)
            self.wake()

    def _settle(self, post: Post, answered: Answered) -> None:
        again = AGAIN[post.kind][post.tries : post.tries + 1] if _worth_another(post.kind, answered) else ()
        state = "taken" if answered.fine else "waiting" if again else "given up"
        due = time.time() + again[0] if again else post.due
        settled = {"tries": post.tries + 1, "status": answered.status or None, "state": state, "due": due}
        self._posts.save(post.model_copy(update=settled))
        if answered.fine:
            self._on_taken(post, answered.text)

    def _request(self, together: list[Post]) -> Answered:
        post = together[0]
        try:
            match post.kind:
                case "twilio":
                    token = self._token if post.signed else FALSE_TOKEN
                    headers = signing.of_twilio(token, post.url, post.content)
                    answer = requests.post(post.url, data=post.content, headers=headers, timeout=PATIENCE_S)
                case "events":
                    body = _array(each.content for each in together)
                    headers = (self._key if post.signed else self._false_key).sign(body, time.time())
                    headers["Content-Type"] = "application/json; charset=utf-8"
                    answer = requests.post(post.url, data=body, headers=headers, timeout=PATIENCE_S)
                case "push":
                    said = post.content if post.signed else {**post.content, "token": FALSE_TOKEN}
                    answer = requests.post(post.url, json=said, timeout=PATIENCE_S)
                case "parse":
                    fields = {name: (None, value) for name, value in post.content.items()}
                    answer = requests.post(post.url, files=fields, timeout=PATIENCE_S)
        except (OSError, ValueError):  # no answer, or a URL that is none
            return Answered(0)
        return Answered(answer.status_code, answer.text)


def _together(due: list[Post]) -> list[list[Post]]:
    """SendGrid posts the events of a while in one list, Twilio each by itself."""
    groups: dict[object, list[Post]] = {}
    for post in due:
        groups.setdefault((post.url, post.signed) if post.kind == "events" else post.id, []).append(post)
    return list(groups.values())


def _array(events: Iterable[object]) -> bytes:
    """As SendGrid lays it out: whoever verifies a signature must not format anew."""
    return ("[" + ",\r\n".join(json.dumps(event) for event in events) + "]\r\n").encode()


def _worth_another(kind: Kind, answered: Answered) -> bool:
    if kind == "events":
        return not answered.fine
    return answered.status == 0 or answered.status >= 500
