"""G1-G4, G7, G10: who comes in, from where, and what they are told; on every route that the server itself lists."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any
from unittest import mock

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from yarl import URL

from research_agent.testing import FakeChat
from research_agent.web import middleware, user_stores
from research_agent.web.auth import Authenticator, Caller
from research_agent.web.middleware import SecurityMiddleware, cookie_name
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.scripted_engine import QUESTION, TRUE
from research_agent_devtools.harness.web_routes import Call, calls, filled
from research_agent_devtools.harness.web_server import Served, serving

SESSION = "kept"
CANARIES = ("sk-canary-aaaaaaaaaaaa", 'c"an<a>ry&-bbbbbbbbbbbb', "canary-password-cccc")
BODY = b'{"question": "Is it?", "input": "Is it?", "messages": [{"role": "user", "content": "Is it?"}]}'
ENDINGS = {"plan": b'{"text": "Is it?"}', "budget": b'{"budget": "1m"}'}  # of paths that take no more than that


@asynccontextmanager
async def site(
    run: Run, *, change: Callable[[FastAPI], None] = lambda app: None, **given: Any
) -> AsyncIterator[Served]:
    """A server with a session in it."""
    chat = FakeChat(replies=("Lumen", TRUE))
    async with serving(run.folder / "home", chat=chat, change=change, **given) as served:
        await served.post("/api/ask", {"question": QUESTION, "session": SESSION})
        yield served


async def ask(served: Served, call: Call, headers: dict[str, str], **values: str) -> Any:
    """Call a route, with a body when it may want one, and go nowhere it points to."""
    place = URL(served.url + filled(call, **{"session": SESSION, **values}), encoded=True)
    body = ENDINGS.get(call.path.rpartition("/")[2], BODY) if call.method in ("POST", "PUT", "PATCH") else None
    headers = {"Content-Type": "application/json", **headers} if body else headers
    reply = await served.http.request(call.method, place, headers=headers, allow_redirects=False, data=body)
    await reply.read()
    return reply


def strangers(served: Served, cookie: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Credentials that are none: each place where one could stand, with one that is wrong, old or misplaced."""
    token, name = served.state.auth.token, cookie_name(served.port)
    old = Authenticator(tokens=served.state.auth.tokens).token
    yield "nothing", {}
    for what, value in (("wrong", "x" * 43), ("old", old), ("cut", token[:-1]), ("empty", "")):
        yield f"{what} bearer", {"Authorization": f"Bearer {value}"}
        yield f"{what} cookie", {"Cookie": f"{name}={value}"}
    yield "bearer is a cookie", {"Authorization": f"Bearer {cookie}"}
    yield "cookie is the token", {"Cookie": f"{name}={token}"}
    yield "basic", {"Authorization": f"Basic {token}"}
    yield "other header", {"X-Api-Key": token, "X-Auth-Token": token}
    yield "cookie of another port", {"Cookie": f"{cookie_name(served.port + 1)}={cookie}"}
    yield "wrong bearer, right cookie", {"Authorization": "Bearer wrong", "Cookie": f"{name}={cookie}"}
    yield "websocket", {"Connection": "Upgrade", "Upgrade": "websocket"}
    yield "stream", {"Accept": "text/event-stream"}


def tokenless(run: Run) -> None:
    """G1: a trial is one credential that is none, on one method of one route."""

    async def work() -> None:
        async with site(run) as served:
            cookie = served.state.auth.exchange(served.state.auth.token) or ""
            routes = [call for call in calls(served.app) if not call.public]
            run.count("methods of routes", len(routes))
            tries = list(itertools.product(routes, strangers(served, cookie)))
            run.wanted = min(run.wanted, len(tries))
            for number, rng in run.trials():
                call, (what, headers) = tries[number] if run.wanted == len(tries) else rng.choice(tries)
                reply = await ask(served, call, headers)
                run.check(reply.status in (401, 403), f"{call.method} {call.path}, {what}: {reply.status}")

    asyncio.run(work())


def open_door(run: Run) -> None:
    """Everybody is the main user."""
    with mock.patch.object(SecurityMiddleware, "_authenticate", return_value=Caller("main", "token")):
        tokenless(run)


def foreign_hosts(port: int) -> list[str]:
    """Names that lead to this machine, or look as if they did, and are not ours."""
    return [
        "evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example", "evil.localhost",
        f"localhost.:{port}", "127.0.0.1.", "127.1", "2130706433", "0x7f000001", "0.0.0.0", f"0.0.0.0:{port}",
        "[::]", "[::ffff:127.0.0.1]", "127.0.0.2", "localhost@evil.example", "evil.example#localhost", "",
        "localhost, evil.example", "LOCALHOST.evil.example", "127.0.0.1:80:80", "192.168.0.1",
    ]  # fmt: skip


def rebound(run: Run) -> None:
    """G2: a trial is a foreign name on one method of one route, with the right token."""

    async def work() -> None:
        async with site(run) as served:
            tries = list(itertools.product(calls(served.app), foreign_hosts(served.port)))
            run.count("names", len(foreign_hosts(served.port)))
            run.wanted = min(run.wanted, len(tries))
            for number, rng in run.trials():
                call, host = tries[number] if run.wanted == len(tries) else rng.choice(tries)
                status = await raw_status(served, call, host)
                run.check(status in (400, 421), f"{call.method} {call.path} as {host!r}: {status}")

    asyncio.run(work())


async def raw_status(served: Served, call: Call, host: str) -> int:
    """Over a raw socket: clients mend such names."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = f"{call.method} {filled(call)} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {served.bearer['Authorization']}"
    writer.write(f"{head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    first = await reader.readline()
    writer.close()
    return int(first.split()[1])


def any_name(run: Run) -> None:
    """Whatever name it is called by."""
    with mock.patch.object(SecurityMiddleware, "_check_host", return_value=None):
        rebound(run)


def forgeries(served: Served) -> Iterator[tuple[str, dict[str, str]]]:
    """What a page of another origin can make a browser send, the user's cookie with it."""
    own, port = served.url, served.port
    kinds = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/json")
    origins = (
        "http://evil.example", "null", f"http://127.0.0.1:{port + 1}", f"http://localhost:{port}", None,
        f"http://0.0.0.0:{port}", f"{own}.evil.example", "http://127.0.0.1", f"file://localhost:{port}",
    )  # fmt: skip
    for kind, origin in itertools.product(kinds, origins):
        yield f"{kind} from {origin}", {"Content-Type": kind} | ({"Origin": origin} if origin else {})
    for site_ in ("cross-site", "same-site"):
        for mode in ("navigate", "no-cors", "cors", "websocket"):
            fetched = {"Sec-Fetch-Site": site_, "Sec-Fetch-Mode": mode, "Content-Type": "application/json"}
            yield f"{site_} {mode}", fetched
            yield f"{site_} {mode}, own origin", {**fetched, "Origin": own}


def forged(run: Run) -> None:
    """G3: a trial is one forged request on one route that writes; nothing may change."""

    async def work() -> None:
        async with site(run) as served:
            cookie = served.state.auth.exchange(served.state.auth.token) or ""
            browser = {"Cookie": f"{cookie_name(served.port)}={cookie}"}
            writing = [call for call in calls(served.app) if call.method not in ("GET", "HEAD", "OPTIONS")]
            writing = [call for call in writing if call.path.startswith(("/api", "/v1")) or call.path == "/logout"]
            tries = list(itertools.product(writing, forgeries(served)))
            before = await state(served)
            run.wanted = min(run.wanted, len(tries))
            for number, rng in run.trials():
                call, (what, headers) = tries[number] if run.wanted == len(tries) else rng.choice(tries)
                reply = await ask(served, call, {**browser, **headers})
                run.check(reply.status in (403, 415), f"{call.method} {call.path}, {what}: {reply.status}")
                run.check(await state(served) == before, f"{call.method} {call.path}, {what}: changed something")

    asyncio.run(work())


async def state(served: Served) -> object:
    memory = await served.state.stores.memory("main")
    listed = await memory.sessions()
    return [(one.id, one.turns) for one in listed], len(served.state.runs._runs), len(served.state.auth._sessions)


def trusting(run: Run) -> None:
    """The cookie alone says that it is the user."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(middleware, "_check_origin", return_value=None))
        stack.enter_context(mock.patch.object(middleware, "_check_write", return_value=None))
        forged(run)


def preflights(served: Served) -> list[dict[str, str]]:
    origins = ("http://evil.example", "null", f"http://localhost:{served.port + 1}", served.url)
    methods, names = ("GET", "POST", "DELETE", "PUT"), ("authorization", "content-type", "x-any", "")
    return [
        {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": name}
        for origin, method, name in itertools.product(origins, methods, names)
    ]


def permissive(run: Run, change: Callable[[FastAPI], None] = lambda app: None) -> None:
    """G4: a trial is one preflight, or the request itself, on one path, with and without a token."""

    async def work() -> None:
        async with site(run, change=change) as served:
            paths = sorted({call.path for call in calls(served.app)})
            tries = list(itertools.product(paths, preflights(served), ("OPTIONS", "GET"), (False, True)))
            run.wanted = min(run.wanted, len(tries))
            for number, rng in run.trials():
                path, headers, method, known = tries[number] if run.wanted == len(tries) else rng.choice(tries)
                reply = await ask(served, Call(method, path), {**headers, **(served.bearer if known else {})})
                told = [name for name in reply.headers if name.lower().startswith("access-control")]
                run.check(not told, f"{method} {path} from {headers['Origin']}: {told}")

    asyncio.run(work())


def welcoming(run: Run) -> None:
    """A server that allows every origin."""

    def change(app: FastAPI) -> None:
        build = app.build_middleware_stack
        app.build_middleware_stack = lambda: CORSMiddleware(build(), allow_origins=["*"])  # type: ignore[method-assign]

    permissive(run, change)


def spoken(run: Run) -> None:
    """G7: a trial is one call of a route whose question, names and errors are full of secrets; none may come back."""
    environ = {
        "OPENAI_API_KEY": CANARIES[0],
        "RESEARCH_AGENT_OPENALEX_KEY": CANARIES[1].replace(" ", ""),
        "RESEARCH_AGENT_SERVE_PASSWORD": CANARIES[2],
    }

    async def work() -> None:
        async with site(run, environ=environ, password=CANARIES[2]) as served:
            secrets = (*CANARIES, served.state.auth.token)
            question = " ".join(secrets)
            await served.post("/api/ask", {"question": f"{question} {QUESTION}", "session": "loud"})
            routes = [call for call in calls(served.app) if call.path not in ("/api/doctor", "/logout")]
            for _, rng in run.trials():
                call, secret = rng.choice(routes), rng.choice(secrets)
                value = rng.choice(("loud", URL.build(path=f"/{secret}").raw_path[1:], "%22", "none"))
                query = rng.choice(("", f"?q={secret}&format=json&turn=1", f"?format={secret}", "?format=bundle"))
                text = await loud(served, call, value, query, secret)
                for each in secrets:
                    shapes = (each, json.dumps(each)[1:-1], each.replace("&", "&amp;").replace("<", "&lt;"))
                    run.check(not any(shape in text for shape in shapes), f"{call.method} {call.path}: a secret")

    asyncio.run(work())


async def loud(served: Served, call: Call, value: str, query: str, secret: str) -> str:
    """Everything that comes back of a call in which a secret stands wherever it can."""
    place = URL(served.url + filled(call, session=value, run=value, document=value) + query.replace('"', "%22"),
                encoded=True)  # fmt: skip
    body = {"question": f"{secret} {QUESTION}", "stream": len(secret) % 2 == 0, "model": secret, "session": "loud"}
    asked = {"messages": [{"role": "user", "content": f"{secret}?"}], "input": f"{secret}?"}
    given: dict[str, Any] = {"json": body | asked} if call.method in ("POST", "PUT") else {}
    if call.method == "POST" and not call.path.startswith("/v1"):
        given = {
            "json": body if secret != CANARIES[0] else {key: body[key] for key in ("question", "session", "stream")}
        }
    reply = await served.http.request(call.method, place, headers=served.bearer, allow_redirects=False, **given)
    return (await reply.read()).decode("utf-8", "replace") + str(reply.headers)


def talkative(run: Run) -> None:
    """What routes say goes out as it is."""
    with mock.patch("research_agent.web.middleware._ResponseFilter._mask", lambda self, data: data):
        spoken(run)


def crossed(run: Run) -> None:
    """G10: a trial is one user's call of a route with the ids of another's session, run or document."""

    async def work() -> None:
        async with site(run, users=("ada", "bob")) as served:
            asked = {"question": QUESTION, "session": "hers"}
            place = f"{served.url}/api/runs"
            begun = await (await served.http.post(place, json=asked, headers=served.of("ada"))).json()
            owned = served.state.runs.get("ada", begun["run"])
            assert owned is not None
            await owned.wait()
            document = owned.result().citations[0].document
            ids = {"session": "hers", "run": begun["run"], "document": document}
            routes = [call for call in calls(served.app) if "{" in call.path and call.path != "/v1/models/{model}"]
            for _, rng in run.trials():
                call, name = rng.choice(routes), rng.choice(("bob", "main"))
                headers = served.bearer if name == "main" else served.of(name)
                if name == "main" and "document" in call.path:
                    continue  # it has fetched that text itself
                reply = await ask(served, call, headers, **ids)
                run.check(reply.status == 404, f"{name}: {call.method} {call.path}: {reply.status}")
                memory = await served.state.stores.memory("ada")
                run.check([one.id for one in await memory.sessions()] == ["hers"], f"{call.path}: her session is gone")

    asyncio.run(work())


def shared(run: Run) -> None:
    """All users in one store."""
    with mock.patch.object(user_stores.UserStores, "path_of", lambda self, user: self._settings.store):
        crossed(run)


ROWS = (
    Row(id="G1", fault="no, wrong, old or misplaced tokens on every route", guarantee="nothing is answered",
        quick=200, full=5_000, try_it=tokenless, twin=open_door, twin_is="everybody is let in", unit="requests"),
    Row(id="G2", fault="foreign Host names, as of DNS rebinding, on every route", guarantee="none is answered",
        quick=300, full=5_000, try_it=rebound, twin=any_name, twin_is="any name", twin_trials=30, unit="requests"),
    Row(id="G3", fault="forged requests of other origins with the user's cookie", guarantee="nothing changes",
        quick=200, full=2_000, try_it=forged, twin=trusting, twin_is="the cookie is enough", twin_trials=30,
        unit="requests"),
    Row(id="G4", fault="preflights and requests of other origins", guarantee="no other origin is allowed anything",
        quick=300, full=10_000, try_it=permissive, twin=welcoming, twin_is="every origin is allowed", unit="requests"),
    Row(id="G7", fault="secrets in settings, questions, names and errors", guarantee="none is in any answer",
        quick=150, full=2_000, try_it=spoken, twin=talkative, twin_is="no mask", twin_trials=40, unit="requests"),
    Row(id="G10", fault="ids of another user on every route", guarantee="nothing is read or changed",
        quick=100, full=2_000, try_it=crossed, twin=shared, twin_is="one store for all", twin_trials=20,
        unit="requests"),
)  # fmt: skip
