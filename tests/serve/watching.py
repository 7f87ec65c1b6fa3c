"""Webs that change, and real servers that take mail and posts, for the tests of watches."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from linkshed import api
from linkshed.serve.cli import cli
from webs import FETCHED_AT, publish, rows

DAY_SECONDS = 86_400
EVIL = "]( <script>alert(1)</script> \r\nBcc: x@evil.example\r\n\x1b[31m# `*| \u202e"
FIRST = """
    news.org/ -> tea.com/ 'a shop'
    news.org/ -> tea.com/cups 'cups'
    blog.org/ -> tea.com/ 'tea'
    diary.org/ -> tea.com/ 'old words'
    tea.com/ -> tea.com/cups 'Cups'
    tea.com/cups -> tea.com/ 'Home'
"""
SECOND = """
    news.org/ -> tea.com/ 'a shop'
    news.org/ -> tea.com/new 'EVIL'
    blog.org/ -> tea.com/ 'tea' nofollow
    wiki.net/a -> tea.com/ 'tea'
    tea.com/cups status=404
"""
MANY = "\n".join(f"news.org/ -> tea.com/{i} 'tea {i}'" for i in range(450))


def look(folder: Path, text: str, day: int = 0) -> str:
    """The id of the scored snapshot of a further look; the anchor EVIL becomes a hostile one."""
    batch = rows(text, FETCHED_AT + day * DAY_SECONDS)
    batch.links["anchor"] = [EVIL if a == "EVIL" else a for a in batch.links["anchor"]]
    publish(folder, batch)
    return api.score(folder / "store").snapshot


def watch(folder: Path, *words: str) -> Result:
    """What a command of ``linkshed watch`` does."""
    done = CliRunner().invoke(cli, ["watch", *words, "--store", str(folder / "store")])
    assert done.exception is None or not isinstance(done.exception, AssertionError), done.output
    return done


class Hook:
    """A server that takes posts. ``status`` gives the answer to each, by how many came before."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.status: Callable[[int], int] = lambda n: 200
        self.url = ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posts]

    @property
    def events(self) -> list[str]:
        return [event["id"] for told in self.told for event in told["events"]]


@contextmanager
def hook(context: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """With a context, posts are taken over TLS only."""
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = made.status(len(made.posts))
            made.posts.append((dict(self.headers), body))
            self.send_response(status)
            self.send_header("Location", made.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *words: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    with served(server) as port:
        made.url = f"http{'s' * (context is not None)}://127.0.0.1:{port}/hook"
        yield made


class Mailbox:
    """A mail server. It refuses the addresses in ``refused``."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.refused: set[str] = set()
        self.mails: list[tuple[str, EmailMessage]] = []
        self.logins: list[str] = []
        self.port = 0

    @property
    def receivers(self) -> list[str]:
        return [receiver for receiver, _ in self.mails]


@contextmanager
def mailbox(
    context: ssl.SSLContext | None = None, *, from_the_start: bool = False
) -> Iterator[Mailbox]:
    """With a context, mail is taken over TLS only: after STARTTLS and AUTH, or from the start."""
    made = Mailbox(context)

    class Session(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            if from_the_start and made.context is not None:
                secure = made.context.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = secure.makefile("rb"), secure.makefile("wb", 0)
                self.say("220 ready")
                return self.talk(secure)
            is_secure = made.context is None
            self.say("220 ready")
            for line in self.rfile:
                word = line.split()[0].upper().rstrip(b":") if line.split() else b""
                if word == b"EHLO":
                    self.say("250-here")
                    self.say("250 AUTH PLAIN" if is_secure else "250 STARTTLS")
                elif word == b"STARTTLS" and made.context is not None:
                    self.say("220 go on")
                    secure = made.context.wrap_socket(self.request, server_side=True)
                    self.rfile, self.wfile = secure.makefile("rb"), secure.makefile("wb", 0)
                    return self.talk(secure)
                elif not self.mail(line, word):
                    return None
            return None

        def talk(self, secure: ssl.SSLSocket) -> None:
            with secure:
                for line in self.rfile:
                    word = line.split()[0].upper()
                    if word == b"EHLO":
                        self.say("250-here")
                        self.say("250 AUTH PLAIN")
                    elif word == b"AUTH":
                        made.logins.append(line.split()[2].decode())
                        self.say("235 welcome")
                    elif not self.mail(line, word):
                        return

        def mail(self, line: bytes, word: bytes) -> bool:
            if word == b"RCPT":
                self.receiver = line.split(b"<")[1].split(b">")[0].decode()
                self.say("550 no" if self.receiver in made.refused else "250 yes")
            elif word == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                text = b"".join(
                    part.removeprefix(b".") if part[:2] == b".." else part for part in lines
                )
                parsed = message_from_bytes(text, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                made.mails.append((self.receiver, parsed))
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return False
            else:
                self.say("250 ok")
            return True

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *words: Any) -> None:
            pass

    with served(Server(("127.0.0.1", 0), Session)) as port:
        made.port = port
        yield made


@contextmanager
def served(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
