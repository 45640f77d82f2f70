"""Commands of subjects: references to review, judgements, organisations."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

if TYPE_CHECKING:
    from zhiheng.subjects.queries import ReviewItem

ReasonOption = Annotated[str, typer.Option(help="理由 / reason, kept with the judgement")]


subject = typer.Typer(help="主体 / subjects", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    subject.command("review")(review)
    subject.command("decide")(decide)
    subject.command("undo")(undo)
    subject.command("search")(search)
    app.add_typer(subject, name="subject")


def review(
    limit: Annotated[int, typer.Option(min=1, max=500, help="条数 / how many")] = 20,
    after: Annotated[int, typer.Option(help="从此编号之后 / behind this id")] = 0,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """列出待核对的主体及候选 / references without a valid code, with candidates."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.subjects import queries

    actor = Actor.system()
    waiting = queries.review_count(actor)
    items = queries.review_list(actor, limit=limit, after=after)
    if json:
        print_json({"waiting": waiting, "items": [asdict(item) for item in items]})
        return
    typer.echo(_("待核对 {waiting} 条", waiting=waiting))
    for item in items:
        _print_item(item)


def _print_item(item: ReviewItem) -> None:
    written = "  ".join(text for text in (item.raw_code, item.raw_name, item.region) if text)
    typer.echo(f"{item.id}  {written}")
    for proposal in item.proposals:
        reasons = " · ".join(f"{r.text}(+{r.points:g})" for r in proposal.reasons)
        code = proposal.uscc or ""
        typer.echo(
            f"    {proposal.score:5.1f}  #{proposal.organisation} {proposal.name} {code}  {reasons}"
        )


def decide(
    reference: Annotated[str, typer.Argument(help="引用编号或全文 / id or text of the reference")],
    same: Annotated[
        int | None, typer.Option("--same", help="就是此主体 / it is this organisation")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="新主体 / one not known yet")] = False,
    different: Annotated[
        bool, typer.Option("--different", help="不属已知主体 / none of those known")
    ] = False,
    reason: ReasonOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """判断一条引用指的是谁 / judge what a reference names."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError
    from zhiheng.subjects import actions, queries

    chosen = {"same": same is not None, "new": new, "different": different}
    decisions = [name for name, given in chosen.items() if given]
    if len(decisions) != 1:
        raise UsageError(
            "judgement.decision",
            _("须且只须给出一种判断。"),
            _("请用 --same 主体编号、--new、--different 之一。"),
        )
    actor = Actor.system()
    found = queries.reference_id(actor, reference)
    judgement = actions.decide(actor, found, decisions[0], same, reason)
    organisation = judgement.organisation_id
    if json:
        print_json({"judgement": judgement.pk, "reference": found, "organisation": organisation})
    else:
        typer.echo(_("已记为判断 {id}", id=judgement.pk))


def undo(
    judgement: Annotated[int, typer.Argument(help="判断编号 / id of the judgement")],
    reason: ReasonOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """撤销一个判断 / take a judgement back."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.subjects import actions

    made = actions.undo(Actor.system(), judgement, reason)
    if json:
        print_json({"judgement": made.pk, "undoes": judgement})
    else:
        typer.echo(_("判断 {id} 已撤销", id=judgement))


def search(
    text: Annotated[str, typer.Argument(help="代码、名称或别名 / code, name or alias")],
    limit: Annotated[int, typer.Option(min=1, max=500, help="条数 / how many")] = 20,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """查找主体 / find organisations."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.subjects import queries

    found = queries.search_organisations(Actor.system(), text, limit)
    if json:
        print_json([asdict(line) for line in found])
        return
    for line in found:
        typer.echo(f"#{line.id}  {line.uscc or ''}  {line.name}  {line.region or ''}")
