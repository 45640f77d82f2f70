"""The city's own login: OpenID Connect, authorization code with PKCE, state and nonce.

It says who somebody is, never what they may do: the person must be bound to an account that
exists (`accounts.bind_login`). Standards: OpenID Connect Core 1.0, RFC 6749, 7636, 9700.
"""

from __future__ import annotations

import secrets
import time
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from django.db import transaction
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from zhiheng.office import audit, sign_in
from zhiheng.office.actors import Actor
from zhiheng.office.clients import address_of
from zhiheng.office.configuration import Login, configuration
from zhiheng.office.home import current
from zhiheng.office.models import User
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, ZhihengError

WAITING = "city_login"
SECONDS_TO_ANSWER = 10
SECONDS_TO_SIGN_IN = 600
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with a public key only: neither ``none`` nor a shared secret can be slipped in."""


def begin(request: HttpRequest, callback: str, going: str) -> str:
    """The provider's address to send the browser to; what must come back is kept in the session."""
    login = _login()
    provider = _discover(login)
    waiting = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(64),
        "at": time.time(),
        "next": going,
    }
    request.session[WAITING] = waiting
    address, _state = _client(login, callback).create_authorization_url(
        provider["authorization_endpoint"],
        state=waiting["state"],
        nonce=waiting["nonce"],
        code_verifier=waiting["verifier"],
    )
    return str(address)


def finish(request: HttpRequest, callback: str) -> tuple[str, bool]:
    """Sign in whom the provider names.

    Returns:
        where the person was going, and False where the second factor is still to come.

    Raises:
        ContentError: anything about the answer is wrong; ``login.unknown`` for a person without
            an account.
    """
    waiting = request.session.pop(WAITING, None)
    request.session.save()
    try:
        subject, login = _subject(request, waiting, callback)
        user = User.objects.filter(
            login_issuer=login.issuer, login_subject=subject, is_active=True
        ).first()
        if user is None:
            raise ContentError(
                "login.unknown",
                _("您已通过{name}认证，但本站没有与之绑定的账号。", name=login.name),
                _("请把您的认证编号 {subject} 告诉本单位管理员。", subject=subject),
            )
    except ZhihengError as error:
        _note_failure(request, error)
        raise
    if user.second_factor and not login.second_factor:
        sign_in.remember_half(request, user, waiting["next"])
        return waiting["next"], False
    sign_in.complete(request, user, "city_login")
    return waiting["next"], True


def _subject(request: HttpRequest, waiting: Any, callback: str) -> tuple[str, Login]:
    """Who the provider says it is, after every check of the answer."""
    login = _login()
    given = request.GET
    if not isinstance(waiting, dict) or time.time() - waiting["at"] > SECONDS_TO_SIGN_IN:
        raise ContentError("login.state", _("这次认证已经用过或已过期。"), _again())
    if not secrets.compare_digest(given.get("state", "").encode(), waiting["state"].encode()):
        raise ContentError("login.state", _("认证返回的状态与本次登录不符。"), _again())
    if "error" in given:
        raise ContentError("login.denied", _("{name}没有通过认证。", name=login.name), _again())
    if given.get("iss", login.issuer) != login.issuer:
        raise ContentError("login.issuer", _("认证返回来自另一个认证服务。"), _again())
    provider = _discover(login)
    try:
        token = _client(login, callback).fetch_token(
            provider["token_endpoint"],
            code=given.get("code", ""),
            code_verifier=waiting["verifier"],
            timeout=SECONDS_TO_ANSWER,
        )
    except (AuthlibBaseError, requests.RequestException, ValueError) as error:
        raise ContentError("login.code", _("认证服务没有承认返回的授权码。"), _again()) from error
    claims = _claims(token.get("id_token"), login, provider, waiting["nonce"])
    subject = claims.get(login.claim)
    if not isinstance(subject, str) or not subject:
        raise ContentError(
            "login.claim", _("认证令牌里没有“{claim}”。", claim=login.claim), _again()
        )
    return subject, login


def _claims(token: Any, login: Login, provider: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The ID token's claims, its signature and every claim about itself checked (Core 3.1.3.7)."""
    if not isinstance(token, str):
        raise ContentError("login.token", _("认证服务没有给出身份令牌。"), _again())
    try:
        keys = KeySet.import_key_set(_keys(provider["jwks_uri"]))
        read = jwt.decode(token, keys, algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": login.issuer},
            aud={"essential": True, "value": login.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(read.claims)
    except (JoseError, ValueError) as error:
        raise ContentError("login.token", _("身份令牌没有通过检查。"), _again()) from error
    several = isinstance(read.claims["aud"], list) and len(read.claims["aud"]) > 1
    if several and read.claims.get("azp") != login.client_id:
        raise ContentError("login.token", _("身份令牌没有通过检查。"), _again())
    return dict(read.claims)


def _login() -> Login:
    found = configuration(current()).login
    if found is None:
        raise ContentError("login.none", _("本站没有接入统一身份认证。"), _again())
    return found


def _client(login: Login, callback: str) -> OAuth2Session:
    return OAuth2Session(
        login.client_id,
        login.client_secret or None,
        scope="openid",
        redirect_uri=callback,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if login.client_secret else "none",
    )


def _discover(login: Login) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 4)."""
    found = _fetch(f"{login.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != login.issuer:
        raise ContentError("login.issuer", _("认证服务自称的名称与设置不符。"), _again())
    if lost := [name for name in ENDPOINTS if not isinstance(found.get(name), str)]:
        raise ContentError(
            "login.endpoints", _("认证服务没有说明{names}。", names="、".join(lost)), _again()
        )
    return found


def _keys(address: str) -> KeySetSerialization:
    """The provider's public keys (RFC 7517, 5)."""
    found = _fetch(address)
    keys = found.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ContentError("login.keys", _("认证服务没有给出公钥。"), _again())
    return cast("KeySetSerialization", found)


def _fetch(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=SECONDS_TO_ANSWER, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ContentError(
            "login.unreachable", _("统一身份认证服务暂时不可用。"), _again()
        ) from error
    return found if isinstance(found, dict) else {}


def _again() -> str:
    return _("请重新登录；若反复出现，请联系管理员。")


@transaction.atomic
def _note_failure(request: HttpRequest, error: ZhihengError) -> None:
    audit.record(
        Actor.public(),
        "office.sign_in_failed",
        "",
        {"what": error.code, "from": address_of(request)},
    )
