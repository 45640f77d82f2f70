"""Every address of the portal."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from zhiheng.complaints.pages import desk as complaints_desk
from zhiheng.complaints.pages import figures as complaint_figures
from zhiheng.complaints.pages import public as complaints_public
from zhiheng.portal.api import api
from zhiheng.portal.pages import (
    account,
    claims,
    desk,
    imports,
    information,
    measurements,
    objections,
    organisations,
    public,
    regions,
    releases,
    review,
    session,
    tokens,
)
from zhiheng.procedures.pages import acting, viewing

urlpatterns = [
    path("desk/cases", viewing.listed, name="cases"),
    path("desk/cases/open/<slug:procedure>", acting.open_case, name="open_case"),
    path("desk/cases/<int:number>", viewing.one, name="case"),
    path("desk/cases/<int:number>/steps/<slug:step>", acting.step, name="case_step"),
    path("desk/cases/<int:number>/events/<int:event>", acting.correct, name="case_correct"),
    path("desk/cases/<int:number>/assign", acting.assign, name="case_assign"),
    path("desk/cases/<int:number>/persons", viewing.show_personal, name="case_persons"),
    path("desk/cases/<int:number>/letters/<int:letter>.docx", viewing.letter, name="case_letter"),
    path("", public.board, name="board"),
    path("plans/<slug:code>", public.plan, name="plan"),
    path("plans/<slug:code>/targets/<str:identity>.csv", public.target_csv, name="target_csv"),
    path("plans/<slug:code>/targets/<str:identity>", public.target, name="target"),
    path("regions", regions.regions, name="regions"),
    path("regions/<str:key>", regions.region, name="region"),
    path("method", information.method, name="method"),
    path("proof", information.proof, name="proof"),
    path("api", information.api_reference, name="api_reference"),
    path("proof/standalone_verifier.py", information.verifier, name="verifier"),
    path("complaints", complaints_public.send, name="complain"),
    path("complaints/follow", complaints_public.follow, name="follow"),
    path("complaints/statistics", complaint_figures.published, name="published_complaints"),
    path("desk/complaints/publish", complaint_figures.publish, name="publish_complaints"),
    path(
        "desk/complaints/statements/<int:case>",
        complaint_figures.statement,
        name="complaint_statement",
    ),
    path("desk/complaints/enter", complaints_desk.take_down, name="take_down"),
    path("desk/complaints/statistics", complaints_desk.statistics, name="complaint_statistics"),
    path("desk/complaints/<int:number>", complaints_desk.helped, name="help_with_complaint"),
    path(
        "desk/complaints/<int:number>/photos/<slug:digest>.jpg",
        complaints_desk.photo,
        name="complaint_photo",
    ),
    path(
        "desk/complaints/<int:number>/agreement.docx",
        complaints_desk.agreement,
        name="complaint_agreement",
    ),
    path("sign-in", session.sign_in_page, name="sign_in"),
    path("sign-in/code", session.second_step, name="second_step"),
    path("sign-in/city", session.city_login_begin, name="city_login"),
    path("sign-in/city/return", session.city_login_return, name="city_login_return"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/tokens", tokens.tokens, name="tokens"),
    path("account/tokens/<int:number>/revoke", tokens.revoke, name="revoke_token"),
    path("account/second-factor", account.second_factor_page, name="second_factor"),
    path("account/sign-out-everywhere", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("claim", claims.claim, name="claim"),
    path("desk/organisations/<int:number>/claim-code", claims.issue, name="claim_code"),
    path("sign-out", session.sign_out, name="sign_out"),
    # It sets nothing but the language of the page, and public pages are the same for everybody.
    path("language", csrf_exempt(set_language), name="set_language"),
    path("desk", desk.home, name="desk"),
    path("desk/jobs/<int:number>", desk.job, name="job"),
    path("desk/jobs/<int:number>/marked", desk.marked_file, name="marked_file"),
    path("desk/import", imports.hand_in, name="import"),
    path("desk/import/nothing", imports.report_nothing, name="report_nothing"),
    path("desk/import/templates/<slug:kind>.xlsx", imports.template, name="template"),
    path("desk/organisations", organisations.search, name="organisations"),
    path("desk/organisations/<int:number>", organisations.organisation, name="organisation"),
    path("desk/organisations/<int:number>/held", organisations.held, name="held"),
    path("desk/own", organisations.own, name="own"),
    path("desk/own/rows/<int:row>/object", objections.file, name="object"),
    path("desk/objections", objections.listed, name="objections"),
    path("desk/objections/<str:number>", objections.one, name="objection"),
    path("desk/objections/<str:number>/decide", objections.decide, name="decide_objection"),
    path("desk/objections/<str:number>/withdraw", objections.withdraw, name="withdraw_objection"),
    path("desk/objections/<str:number>/attachment", objections.attachment, name="attachment"),
    path("desk/proofs/<int:row>.json", organisations.proof, name="row_proof"),
    path("desk/review", review.review, name="review"),
    path("desk/review/decide", review.decide, name="decide"),
    path("desk/review/undo/<int:judgement>", review.undo, name="undo"),
    path("desk/measurements", measurements.measurements, name="measurements"),
    path("desk/measurements/<int:number>", measurements.measurement, name="measurement"),
    path("desk/releases", releases.releases, name="releases"),
    path("desk/releases/<int:number>", releases.release, name="release"),
    path("desk/releases/cases/<int:number>", releases.of_case, name="release_of_case"),
    path("desk/releases/<int:number>/decide", releases.decide, name="decide_release"),
    path("desk/audit", desk.audit, name="audit"),
    path("api/v1/", api.urls),
]

handler400 = "zhiheng.web.errors.bad_request"
handler403 = "zhiheng.web.errors.forbidden"
handler404 = "zhiheng.web.errors.not_found"
handler500 = "zhiheng.web.errors.server_error"
