"""Two companies, two worlds, two running bots, each the other's partner, and real HTTP between them.

Meridian's bot runs here, AWS's is a process of its own. Each has its own CRM, Slack, store, keys and configuration.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import exports, neighbours, spaces
from bot.audits import print_replay, print_verdict
from bot.embedded import start_world
from bot.keys import FileKeys
from bot.settings import Settings
from bot.stories import open_store
from motions.deals import OpportunityId
from motions.errors import Rejected, UserMistake
from motions.exports import Broken
from motions.instance_wire import KEY, PATH, SIGNATURE, id_of, key_name, question_text, spelled_sent
from motions.proposals import canonical_json
from motions.spaces import Line
from sandbox.cast import DANA
from tests.bot.command import ended, environment_of, running_bot
from tests.scenarios.company import SHARED, Company
from tests.scenarios.pipelines import STAGES
from tests.scenarios.scene import AWS, Scene, amend, amend_partner, playing, settings_for, stands, words_of
from tests.scenarios.test_bar3 import DEALS, MILLION
from tests.waiting import wait_until


@dataclass
class Side:
    """One company: its world, its bot's settings, and what a test does and sees there."""

    name: str
    company: Company
    settings: Settings
    folder: Path

    def has(self, customer: str, rung: int, amount: int) -> OpportunityId:
        """A deal in this company's CRM, in the pipeline with the other."""
        self.company.new_customer(customer)
        deal = self.company.new_deal(
            customer=customer,
            StageName=STAGES[rung],
            Amount=amount,
            CloseDate="2026-12-31",
            Name=f"{customer} platform",
        )
        wait_until(lambda: self.read(lambda uow: uow.deals.get(deal)), within=30, what=f"{customer} to be read")
        spaces.add("aws", deal, self.settings)
        return deal

    def read(self, look: Any) -> Any:
        """Look into this company's store."""
        return open_store(self.settings).read(look)

    def line(self, customer: str) -> Line:
        """One deal of its pipeline."""
        lines: list[Line] = self.read(lambda uow: uow.spaces.open_lines(AWS))
        return next(line for line in lines if line.customer == customer)

    def shows(self, *words: str) -> None:
        """Wait until the one message in this company's shared channel says all of these."""

        def look() -> bool:
            said = " ".join(words_of(each) for each in self.company.posted(SHARED, "space:"))
            return all(word in said for word in words)

        wait_until(look, within=40, what=f"{self.name}'s forecast to say {words}")

    def cosell(self, *words: str) -> tuple[int, str]:
        """A command in this company's folder."""
        return ended(words[0], environment(self), self.folder, *words[1:])

    def sends(self, text: str, key: str | None = None) -> httpx.Response:
        """Whatever somebody signs with a key of this company, to the other one's door."""
        url = next(p.url for p in spaces.around(self.settings).config.partners if p.key == AWS)
        signed = FileKeys(self.settings.keys_folder).sign(key or key_name(AWS), question_text(text))
        return httpx.post(f"{url}{PATH}", content=text, headers={KEY: signed.public_key, SIGNATURE: signed.value})

    def last_message(self) -> dict[str, Any]:
        """The message it told last."""
        told = [e for e in self.read(lambda uow: uow.effects.of(f"space:{AWS}")) if e.kind == "instance.figures"]
        return dict(told[-1].payload)


@dataclass
class Pair:
    """Both, running."""

    meridian: Side
    aws: Side
    scene: Scene


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    worlds = [start_world(0, tick_seconds=None, deals=60) for _ in range(2)]
    clients = [httpx.Client(base_url=world.url, timeout=20) for world in worlds]
    ports = [_free_port() for _ in range(2)]
    names = ("Meridian", "AWS")
    sides = [
        _side(name, Company(world.url, http), tmp_path_factory.mktemp(name), port)
        for name, world, http, port in zip(names, worlds, clients, ports, strict=True)
    ]
    for side, other, port in zip(sides, reversed(sides), reversed(ports), strict=True):
        key = neighbours.key_for("aws", other.settings)
        url = f"http://127.0.0.1:{port}"
        amend_partner(side.folder / "config", "aws", name=other.name, aliases=[], public_key=key, url=url)
    meridian, aws = sides
    with running_bot(environment(aws), aws.folder), playing(meridian.company, meridian.settings) as scene:
        wait_until(lambda: aws.read(stands), within=40, what="the agreement in the other world")
        for customer, ((ours, our_rung), (theirs, their_rung)) in DEALS.items():
            meridian.has(customer, our_rung, int(float(ours) * MILLION))
            aws.has(customer, their_rung, int(float(theirs) * MILLION))
        yield Pair(meridian, aws, scene)
    for client, world in zip(clients, worlds, strict=True):
        client.close()
        world.stop()


def environment(side: Side) -> dict[str, str]:
    """What stands in a company's `.env`."""
    of_ours = {"COSELL_CONFIG": str(side.folder / "config"), "COSELL_PORT": str(side.settings.cosell_port)}
    return environment_of(side.company.url, side.folder) | of_ours


def test_both_tell_each_other_and_see_the_same_with_the_same_conflicts(pair: Pair) -> None:
    neighbours.tell("aws", pair.aws.settings)

    code, said = pair.meridian.cosell("space", "push", "aws")
    back = neighbours.tell("aws", pair.aws.settings)[0]

    assert code == 0, said
    assert f"Both companies see the same of 4 deals: view {back.answer.view}" in said
    assert back.is_equal
    for side in (pair.meridian, pair.aws):
        side.shows("3 differences", "Meridian: 11,400,000", "AWS: 11,800,000")
    assert pair.aws.line("Acme").theirs == pair.meridian.line("Acme").ours


def test_what_moves_in_one_crm_shows_in_the_other_company_without_anybody_s_doing(pair: Pair) -> None:
    deal = pair.meridian.has("Wayne", 3, 700_000)
    pair.aws.has("Wayne", 3, 700_000)
    neighbours.tell("aws", pair.meridian.settings)

    pair.meridian.company.change(deal, StageName=STAGES[4])

    pair.aws.shows("Meridian moved the stage from 3 (demo) to 4 (proposal)")


def test_over_the_wire_nothing_forged_counts_and_who_is_unknown_learns_nothing(pair: Pair) -> None:
    neighbours.tell("aws", pair.meridian.settings)
    before, message = pair.aws.line("Acme"), pair.meridian.last_message()
    now = spaces.around(pair.meridian.settings).clock.now()
    text = spelled_sent(message, now)

    wrong_key, again = pair.meridian.sends(text, key="stranger"), pair.meridian.sends(text)
    unsigned = httpx.post(f"{again.request.url}", content=text)
    other = {**message, "to": message["from"]}
    misdirected = pair.meridian.sends(spelled_sent({**other, "id": id_of(other)}, now))
    raised = json.loads(text)
    raised["message"]["rows"][0]["amount"] = {"currency": "USD", "value": "9000000"}
    tampered = pair.meridian.sends(canonical_json(raised))

    assert (wrong_key.status_code, unsigned.status_code) == (401, 401)
    assert wrong_key.content == unsigned.content
    assert (again.status_code, again.json()["outcome"]) == (200, "repeated")
    assert (misdirected.status_code, tampered.status_code) == (422, 422)
    assert "another recipient" in misdirected.json()["said"]
    assert "its id" in tampered.json()["said"]
    assert pair.aws.line("Acme") == before


def test_both_accounts_hold_alone_and_agree_until_somebody_leaves_something_out(pair: Pair, tmp_path: Path) -> None:
    neighbours.tell("aws", pair.meridian.settings)
    files = {side.name: tmp_path / f"{side.name}.jsonl" for side in (pair.meridian, pair.aws)}
    for side in (pair.meridian, pair.aws):
        files[side.name].write_text(exports.exported("aws", side.settings))
    lines = files["AWS"].read_text().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(lines[:2] + lines[3:]))

    whole, broken = (exports.verified(each, pair.meridian.settings) for each in (files["AWS"], cut))
    code, said = pair.aws.cosell("audit", "verify", str(files["Meridian"]), "--with", str(files["AWS"]))

    assert whole.whose == "the key partners.yml names for AWS"
    assert isinstance(broken.found, Broken)
    assert broken.found.where == "entry 2"
    assert code == 0, said
    assert "Both accounts agree" in said
    assert print_verdict(pair.meridian.settings)
    assert print_replay(pair.meridian.settings)


def test_once_revoked_nothing_more_is_taken_or_told(pair: Pair) -> None:
    """The last of this file: nothing is shared afterwards."""
    pair.aws.company.act("command", DANA, channel="C0AWSCENT", command="/cosell", text="unshare aws")
    wait_until(lambda: not pair.aws.read(stands), within=20, what="the end of AWS's grant")

    refused = neighbours.tell("aws", pair.meridian.settings)[0]
    pair.meridian.company.act("command", DANA, channel="C0AWSCENT", command="/cosell", text="unshare aws")
    wait_until(lambda: not pair.meridian.read(stands), within=20, what="the end of Meridian's grant")
    last = pair.meridian.last_message()

    assert len(refused.answer.refused) == len(refused.answer.rows)
    with pytest.raises((UserMistake, Rejected)):
        neighbours.tell("aws", pair.meridian.settings)
    assert pair.meridian.last_message() == last


def _side(name: str, company: Company, folder: Path, port: int) -> Side:
    company.calm()
    settings = settings_for(company, folder, cosell_port=port)
    amend(folder / "config" / "policy.yml", company=name)
    return Side(name, company, settings, folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
