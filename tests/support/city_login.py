"""A city's own login for tests: a real OpenID Connect provider, and faults put into its answers.

The provider is the package oidc-provider-mock, run as a process of its own. In front of it stands
a small HTTP server that checks what the provider does not (PKCE) and, when told to, spoils the
identity token in one way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

FAULTS = (
    "nonce",
    "no_nonce",
    "issuer",
    "audience",
    "several_audiences",
    "expired",
    "signature",
    "foreign_key",
    "unsigned",
    "shared_secret",
    "no_token",
    "no_claim",
)


class Provider(ThreadingHTTPServer):
    """``fault`` says how the next identity tokens are spoiled, ``mute`` which address tells next to
    nothing; empty for not at all."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.fault = ""
        self.mute = ""
        self.challenges: dict[str, str] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "ours"})
        self.foreign = RSAKey.generate_key(2048, {"kid": "ours"})

    def agree(self, address: str, subject: str) -> str:
        """Sign in at the provider as a browser would; where it sends the browser back to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def spoiled(self, token: str, client: str) -> str | None:
        """The identity token with the present fault in it."""
        said = json.loads(_decoded(token.split(".")[1]))
        changed = {
            "nonce": {"nonce": "another"},
            "issuer": {"iss": "http://evil.example"},
            "audience": {"aud": "another-client"},
            "several_audiences": {"aud": [client, "another-client"]},
            "expired": {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        }
        claims = {**said, **changed.get(self.fault, {})}
        header = {"alg": "RS256", "kid": "ours"}
        if self.fault == "no_token":
            return None
        if self.fault in {"no_nonce", "no_claim"}:
            claims.pop("nonce" if self.fault == "no_nonce" else "sub")
        if self.fault == "unsigned":
            return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."
        if self.fault == "shared_secret":
            public = self.key.as_pem(private=False)
            head = f"{_encoded({'alg': 'HS256', 'kid': 'ours'})}.{_encoded(claims)}"
            mac = hmac.new(public, head.encode(), hashlib.sha256).digest()
            return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        key = self.foreign if self.fault == "foreign_key" else self.key
        made = jwt.encode(header, claims, key)
        if self.fault == "signature":
            head, body, signature = made.split(".")
            return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
        return made


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _pass_on(self, body: bytes) -> None:
        path = urlsplit(self.path)
        headers = {"Host": self.headers["Host"]}
        for name in ("Content-Type", "Authorization"):
            if name in self.headers:
                headers[name] = self.headers[name]
        form = parse_qs(body.decode())
        if path.path == "/oauth2/token" and not self._proven(form):
            return self._answer(400, "application/json", b'{"error": "invalid_grant"}')
        answer = requests.request(
            self.command,
            self.server.behind + self.path,
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=10,
        )
        content = answer.content
        if path.path == self.server.mute:
            said = {"issuer": self.server.issuer} if "openid" in path.path else {}
            content = json.dumps(said).encode()
        if path.path == "/jwks" and self.server.fault:
            key = self.server.key.as_dict(private=False, use="sig", alg="RS256")
            content = json.dumps({"keys": [key]}).encode()
        if path.path == "/oauth2/authorize" and "Location" in answer.headers:
            asked = parse_qs(path.query)
            code = parse_qs(urlsplit(answer.headers["Location"]).query).get("code", [""])[0]
            assert asked["code_challenge_method"] == ["S256"]
            self.server.challenges[code] = asked["code_challenge"][0]
        if path.path == "/oauth2/token" and self.server.fault and answer.ok:
            said = answer.json()
            said["id_token"] = self.server.spoiled(said["id_token"], "zhiheng")
            content = json.dumps(said).encode()
        kind = answer.headers.get("Content-Type", "text/plain")
        self._answer(answer.status_code, kind, content, answer.headers.get("Location"))

    def _proven(self, form: dict[str, list[str]]) -> bool:
        """Whether the verifier belongs to the challenge of this code (RFC 7636 4.6)."""
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.server.challenges.pop(form.get("code", [""])[0], None) == challenge

    def _answer(self, status: int, kind: str, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider, until the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    behind = f"http://127.0.0.1:{port}"
    server = Provider(behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for _attempt in range(200):
            assert process.poll() is None, "the provider ended by itself"
            try:
                requests.get(f"{behind}/jwks", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield server
    finally:
        server.shutdown()
        server.server_close()
        process.terminate()
        process.wait(timeout=20)
