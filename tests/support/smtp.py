"""A mail server on this machine that keeps what it took, and can wait at its worst moment."""

from __future__ import annotations

import email
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage


class Post:
    """What the server took, and whether it waits before it says so.

    Attributes:
        taken: every message that was taken, in order.
        reading: set once a whole message has come.
        answer: the server takes a message, and says so, only when this is set; what hung up
            before is not taken.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.reading, self.answer = threading.Event(), threading.Event()
        self.answer.set()
        self.port = 0

    def ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.taken]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._say("354 go on")
                if not self._take():
                    return
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        post: Post = self.server.post  # type: ignore[attr-defined]
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        post.reading.set()
        post.answer.wait(30)
        if self._is_gone():
            return False
        self._say("250 taken")
        letter = email.message_from_bytes(b"".join(lines), policy=policy.default)
        post.taken.append(letter)  # type: ignore[arg-type]
        return True

    def _is_gone(self) -> bool:
        """Whether the other side has hung up."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server() -> Iterator[Post]:
    post = Post()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.post = post  # type: ignore[attr-defined]
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield post
        finally:
            post.answer.set()
            server.shutdown()
