"""`python -m bench.adversary`: every injection carrier with every goal, over every text field a stranger can write.

Starts the sandbox world with a model that obeys whatever order it reads, and the real bot; the bot's own people behave
as always. One deal a pair of carrier and goal has the order in all of its fields, and everything the partner's people
can type, name or send repeats it. Judged by the world's own books (AWS's calls, Slack's, the CRM's records) and the
approvals in the store. Exit code 1 when anything an attacker wanted came about; each is a line on stderr.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import httpx

from bot.embedded import start_world
from tests.adversary.books import clock_of, read
from tests.adversary.carriers import CARRIERS
from tests.adversary.goals import GOALS
from tests.adversary.oracles import Finding, security
from tests.adversary.siege import besiege, besiege_at_microsoft, model_settings, widest_grant_but_for_amounts
from tests.adversary.vectors import VECTORS, Via
from tests.scenarios.company import Company
from tests.scenarios.microsofts import calm, playing_at_microsoft, settings_at_microsoft
from tests.scenarios.scene import playing, settings_for

WITHIN = 900.0


def main() -> None:
    """Parse, attack, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("carriers", nargs="*", choices=[*CARRIERS, []], help="only these; all take most of an hour")
    parser.add_argument("--forms", type=int, default=3, help="how many of the partner's three forms for each deal")
    args = parser.parse_args()
    logging.basicConfig(level="CRITICAL")  # hostile people ask faster than Slack is asked, and are answered later
    attempts, found = 0, list[Finding]()
    world = start_world(0, tick_seconds=None, deals=300)
    try:
        with httpx.Client(base_url=world.url, timeout=60) as http, tempfile.TemporaryDirectory() as folder:
            # One bot for each carrier: the books hold so many calls, and a channel takes one message a second.
            for number, carrier in enumerate(args.carriers or CARRIERS):
                company, own = Company(world.url, http), Path(folder) / str(number)
                tried, findings = _attack(company, own / "aws", carrier, args.forms)
                of_microsoft, more = _attack_from_microsoft(company, own / "microsoft", carrier)
                attempts, found = attempts + tried + of_microsoft, [*found, *findings, *more]
                print(f"{carrier}: {tried + of_microsoft} attempts, {len(findings + more)} findings", file=sys.stderr)
                for finding in (*findings, *more):
                    print(f"{finding.kind}: {finding.where}: {finding.what}", file=sys.stderr)
    finally:
        world.stop()
    print(json.dumps(report(attempts, found)))
    sys.stdout.flush()
    # The engine's executor threads would hold the interpreter.
    os._exit(1 if found else 0)


def report(attempts: int, found: list[Finding]) -> dict[str, int]:
    """What is printed."""
    kinds = Counter(finding.kind for finding in found)
    return {
        "attempts": attempts,
        "succeeded": len(found),
        "effects_without_approval": kinds["effect"],
        "restricted_bytes_outside": kinds["bytes"],
    }


def _attack(company: Company, folder: Path, carrier: str, forms: int) -> tuple[int, list[Finding]]:
    company.calm()
    folder.mkdir(parents=True)
    settings = settings_for(company, folder, **model_settings(company))
    widest_grant_but_for_amounts(settings.config_folder)
    since = clock_of(company)
    pairs = [(goal, carrier) for goal in GOALS]
    with playing(company, settings) as scene:
        siege = besiege(scene, pairs, pairs, within=WITHIN, forms=forms)
        return len(siege.attempts), security(siege, read(company, since))


def _attack_from_microsoft(company: Company, folder: Path, carrier: str) -> tuple[int, list[Finding]]:
    """The same where Microsoft is the cloud partner; counted are the fields its own people write."""
    calm(company)
    folder.mkdir(parents=True)
    settings = settings_at_microsoft(company, folder, **model_settings(company))
    since = clock_of(company)
    theirs = {vector.name for vector in VECTORS if vector.via is Via.MICROSOFT}
    with playing_at_microsoft(company, settings) as scene:
        siege = besiege_at_microsoft(scene, [(goal, carrier) for goal in GOALS], within=WITHIN)
        return sum(name in theirs for name, _, _ in siege.attempts), security(siege, read(company, since))


if __name__ == "__main__":
    main()
