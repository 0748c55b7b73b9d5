"""`cosell validate`: what a portal would say of a file, for people or machines; asks no portal, reads no setting."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import SystemClock
from bot.terminal import refuse
from connectors.checking import Finding, Verdict
from connectors.registry import CHECKS
from motions.errors import UserMistake

LARGEST = 16 * 1024 * 1024
BOUNCES = 1


def validate(
    file: Annotated[Path, typer.Argument(help="a JSON file: a canonical referral, or the portal's own request")],
    portal: Annotated[str, typer.Option(help=f"which portal: {', '.join(sorted(CHECKS))}")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print the findings as JSON")] = False,
) -> None:
    """Say what a portal would refuse in a file, and how to put it right; exit code 1 when it would bounce."""
    try:
        verdict = judged(portal, file, SystemClock().now().date())
    except UserMistake as error:
        refuse(str(error))
    typer.echo(_for_machines(portal, verdict) if as_json else _for_people(portal, file, verdict))
    raise typer.Exit(0 if verdict.would_be_accepted else BOUNCES)


def judged(portal: str, file: Path, today: date) -> Verdict:
    """The verdict on a file; UserMistake when the portal is unknown or the file cannot be read."""
    if portal not in CHECKS:
        raise UserMistake(f"There is no portal {portal!r} to check for. There are: {', '.join(sorted(CHECKS))}.")
    return CHECKS[portal](_read(file), today)


def _read(file: Path) -> object:
    try:
        if file.stat().st_size > LARGEST:
            raise UserMistake(f"{file} is larger than {LARGEST} bytes, so it was not read.")
        return json.loads(file.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        raise UserMistake(f"{file} cannot be read ({error}).") from error
    except (ValueError, RecursionError) as error:
        raise UserMistake(f"{file} is not JSON ({error}).") from error


def _for_machines(portal: str, verdict: Verdict) -> str:
    found = {
        "portal": portal,
        "what": verdict.what,
        "would_be_accepted": verdict.would_be_accepted,
        "problems": [_spelt(one) for one in verdict.findings if one.blocks],
        "notes": [_spelt(one) for one in verdict.findings if not one.blocks],
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _spelt(one: Finding) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if name != "blocks"}


def _for_people(portal: str, file: Path, verdict: Verdict) -> str:
    problems = [_told(one) for one in verdict.findings if one.blocks]
    notes = [_told(one) for one in verdict.findings if not one.blocks]
    begin = f"{file}: {verdict.what}."
    end = (
        f"It would be accepted by {portal}." if not problems else f"It would bounce at {portal}: {_counted(problems)}."
    )
    said = [begin, *problems, *(["Taken all the same:", *notes] if notes else []), end]
    return "\n".join(said)


def _told(one: Finding) -> str:
    where = f"{one.record}: " if one.record else ""
    lines = (f"- {where}{one.field} [{one.rule}, {one.code}]", one.message, f"Fix: {one.fix}", f"Source: {one.source}")
    return "\n  ".join(lines)


def _counted(problems: list[str]) -> str:
    return "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
