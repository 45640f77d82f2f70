"""Every address of the portal."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from zhiheng.portal.pages import information, session

urlpatterns = [
    path("method", information.method, name="method"),
    path("proof", information.proof, name="proof"),
    path("proof/standalone_verifier.py", information.verifier, name="verifier"),
    path("sign-in", session.sign_in, name="sign_in"),
    path("sign-out", session.sign_out, name="sign_out"),
    path("language", set_language, name="set_language"),
]

handler400 = "zhiheng.web.errors.bad_request"
handler403 = "zhiheng.web.errors.forbidden"
handler404 = "zhiheng.web.errors.not_found"
handler500 = "zhiheng.web.errors.server_error"
