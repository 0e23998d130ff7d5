"""A small OpenID provider for tests, in a process of its own: ``python provider.py PORT KEY-FILE``.

Discovery, the code flow with PKCE and a client secret, RS256 tokens from a key made at start. It
asks nobody for a password: ``POST /next`` says whom the next sign-in is for, with claims to add or
to spoil, so that a test decides what the provider answers.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT = CLIENT_ID, CLIENT_SECRET = "thidua", "khoa"


def make_provider(address: str) -> Flask:
    """The provider at an address, which is its issuer."""
    app = Flask("provider")
    key = RSAKey.generate_key(2048, parameters={"kid": "1"}, auto_kid=False)
    other = RSAKey.generate_key(2048, parameters={"kid": "1"}, auto_kid=False)
    coming: dict[str, Any] = {}
    codes: dict[str, dict[str, Any]] = {}

    @app.get("/.well-known/openid-configuration")
    def configuration() -> ResponseReturnValue:
        return jsonify(
            issuer=address,
            authorization_endpoint=f"{address}/authorize",
            token_endpoint=f"{address}/token",
            jwks_uri=f"{address}/jwks",
            id_token_signing_alg_values_supported=["RS256"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/jwks")
    def jwks() -> ResponseReturnValue:
        return jsonify(keys=[key.as_dict(private=False)])

    @app.post("/next")
    def whose() -> ResponseReturnValue:
        coming.clear()
        coming.update(request.get_json())
        return "", 204

    @app.get("/authorize")
    def authorize() -> ResponseReturnValue:
        asked = request.args
        if asked["client_id"] != CLIENT_ID or asked["code_challenge_method"] != "S256":
            abort(400)
        if coming.get("refuse"):
            return redirect(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")
        code = secrets.token_urlsafe(16)
        codes[code] = {**asked, "coming": dict(coming)}
        return redirect(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    @app.post("/token")
    def token() -> ResponseReturnValue:
        asked = codes.pop(request.form["code"], None)
        who = request.authorization
        if asked is None or who is None or (who.username, who.password) != CLIENT:
            abort(401)
        if challenge(request.form["code_verifier"]) != asked["code_challenge"]:
            abort(400)
        signed = token_for(address, asked, other if asked["coming"].get("forged") else key)
        return jsonify(access_token="x", token_type="Bearer", id_token=signed)

    return app


def challenge(verifier: str) -> str:
    """What was told of the verifier when the code was asked for (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_for(issuer: str, asked: Mapping[str, Any], key: RSAKey) -> str:
    """The signed claims about who was to sign in."""
    now = int(time.time())
    claims = {
        "iss": issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"],
        **asked["coming"].get("claims", {}),
    }  # fmt: skip
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


if __name__ == "__main__":
    port = int(sys.argv[1])
    make_server("127.0.0.1", port, make_provider(f"http://127.0.0.1:{port}")).serve_forever()
