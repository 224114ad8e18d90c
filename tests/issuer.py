"""A real, tiny OpenID provider on loopback: it keeps codes, checks the secret and PKCE, and signs tokens with RSA."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pcd", "a secret of the tests"


def new_rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """Who would sign in there now, what they are said to be, and what was asked of it."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    #: Claims of the token that are replaced, to make a bad one; None leaves the claim out.
    bad: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=new_rsa)
    published: rsa.RSAPrivateKey | None = None
    #: When the person last typed their password there; `prompt=login` makes it now, unless `lazy`.
    signed_in_at: int = field(default_factory=lambda: int(time.time()) - 3600)
    lazy: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the person in and send them back with a code."""
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        if query.get("prompt") == "login" and query.get("max_age") == "0" and not self.lazy:
            self.signed_in_at = int(time.time())
        code = f"code-{len(self.asked)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Give a token for a code, once."""
        query = self.codes.pop(form["code"], None)
        if query is None or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        standing = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query.get("nonce")}
        claims = {**standing, "auth_time": self.signed_in_at, **self.claims, **self.bad}
        kept = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode(kept, self.key, algorithm="RS256", headers={"kid": "1"})
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def answer(self, path: str) -> dict[str, Any]:
        """The configuration and the public key."""
        if path == "/jwks":
            public = (self.published or self.key).public_key()
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
            return {"keys": [{**key, "kid": "1", "alg": "RS256", "use": "sig"}]}
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.configuration,
        }


def _one_each(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def serving() -> Iterator[Issuer]:
    """Answer on a free port of loopback until the block ends."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            issuer.asked.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", issuer.authorize(_one_each(parts.query)))
                self.end_headers()
            else:
                self.say(200, issuer.answer(parts.path))

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(*issuer.token(_one_each(body)))

        def say(self, status: int, what: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *about: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
