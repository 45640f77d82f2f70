"""Commands about outside parties: claim codes, accreditations, objections."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    organisation = typer.Typer(help="企业账号 / accounts of firms", no_args_is_help=True)
    organisation.command("claim-code")(claim_code)
    app.add_typer(organisation, name="organisation")
    accreditation = typer.Typer(help="技术机构资质 / accreditations", no_args_is_help=True)
    accreditation.command("load")(accreditation_load)
    accreditation.command("list")(accreditation_list)
    app.add_typer(accreditation, name="accreditation")
    objection = typer.Typer(help="异议 / objections", no_args_is_help=True)
    objection.command("list")(objection_list)
    objection.command("show")(objection_show)
    objection.command("decide")(objection_decide)
    app.add_typer(objection, name="objection")


def claim_code(
    organisation: Annotated[int, typer.Argument(help="主体编号，见 subject search")],
    email: Annotated[
        str | None, typer.Option(help="收件邮箱；空则用登记名录里的 / the registered one if empty")
    ] = None,
    letter: Annotated[
        Path | None, typer.Option(help="不发邮件，写成信函（.docx 或 .pdf）/ a letter instead")
    ] = None,
    issuer: Annotated[str, typer.Option(help="信函落款 / who signs the letter")] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """给企业发认领码 / send a firm the code to claim its account."""
    open_home(home)
    from zhiheng.evidence.contacts import registered_email
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError
    from zhiheng.subjects import claims

    system = Actor.system()
    if letter is not None:
        issued = claims.issue(system, organisation)
        claims.write_letter(issued, issuer, letter)
    else:
        address = email or registered_email(system, organisation)
        if address is None:
            raise UsageError(
                "claim.contact",
                _("登记名录里没有主体 {number} 的邮箱。", number=organisation),
                _("请加 --email 地址，或用 --letter 文件 写成信函。"),
            )
        issued = claims.issue(system, organisation, address)
        if not issued.sent:
            raise UsageError(
                "mail.failed",
                _("邮件没有发出。"),
                _("请检查 settings.yaml 的 mail 部分，或用 --letter 写成信函。"),
            )
    row = {
        "claim": issued.number,
        "organisation": issued.organisation,
        "expires_at": issued.expires_at,
        "email": None if letter else address,
        "letter": str(letter) if letter else None,
    }
    if json:
        print_json(row)
        return
    until = issued.expires_at.date().isoformat()
    typer.echo(_("认领编号 {number}，有效至 {until}", number=issued.number, until=until))


def accreditation_load(
    file: Annotated[Path, typer.Argument(help="资质清单（YAML）/ list of accreditations")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """载入技术机构的资质 / load accreditations of technical bodies."""
    open_home(home)
    from zhiheng.evidence.accreditations import load_accreditations
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _

    count = load_accreditations(Actor.system(), file)
    print_json({"entries": count}) if json else typer.echo(_("已载入 {count} 条", count=count))


def accreditation_list(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出技术机构的资质 / list the accreditations."""
    open_home(home)
    from zhiheng.evidence.accreditations import accreditation_row, visible_to
    from zhiheng.office.actors import Actor

    rows = [accreditation_row(row) for row in visible_to(Actor.system())]
    if json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(f"{name}={value}" for name, value in row.items()))


def objection_list(
    state: Annotated[str | None, typer.Option(help="open、upheld、rejected 或 withdrawn")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="条数 / how many")] = 50,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """列出异议 / list the objections."""
    open_home(home)
    from zhiheng.evidence import contested
    from zhiheng.office.actors import Actor

    found = contested.objections(Actor.system(), state=state, limit=limit)
    if json:
        print_json([asdict(each) for each in found])
        return
    for each in found:
        typer.echo(f"{each.number}  {each.state}  {each.filed_on}  {each.firm}  {each.grounds}")


def objection_show(
    number: Annotated[str, typer.Argument(help="异议编号 / number")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """一项异议的经过 / the steps of one objection."""
    open_home(home)
    from zhiheng.evidence import contested
    from zhiheng.office.actors import Actor

    steps = contested.objection_steps(Actor.system(), number)
    if json:
        print_json([asdict(step) for step in steps])
        return
    for step in steps:
        said = step.reason if step.decided_on else step.grounds
        typer.echo(f"{step.decided_on or step.filed_on}  {step.state}  {said}")


def objection_decide(
    number: Annotated[str, typer.Argument(help="异议编号 / number")],
    decision: Annotated[str, typer.Argument(help="upheld 或 rejected")],
    reason: Annotated[str, typer.Option(help="处理说明 / reasons")],
    void: Annotated[
        bool, typer.Option("--void", help="原记录作废 / the row counts no more")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """处理一项异议 / decide an objection."""
    open_home(home)
    from zhiheng.evidence import objections
    from zhiheng.office.actors import Actor

    done = objections.decide(Actor.system(), number, decision, reason, void=void)
    print_json(done) if json else typer.echo(f"{done['number']}  {done['state']}")
