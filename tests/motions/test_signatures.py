"""The log's grants held against the keys: what nobody signed, or not so, is found and named."""

from dataclasses import replace
from typing import Any

import pytest

from motions.canonical import spelled
from motions.records import LogEntry
from motions.signatures import Keys, verify_signed
from store.log import chained
from tests.fakes.grants import granted
from tests.fakes.signer import FakeSigner
from tests.fakes.world import AWS, World, world


def found(made: World, keys: Keys | None = None) -> list[str]:
    """What an audit says of the log."""
    signer = keys or made.ports.signer
    differences = made.read(lambda uow: verify_signed(uow, signer)).differences
    return [f"{each.where}: {each.said}" for each in differences]


def retold(made: World, event: str, **detail: Any) -> None:
    """Somebody rewrites one entry of the log, and the chain after it."""

    def told(entry: LogEntry) -> LogEntry:
        return replace(entry, detail={**entry.detail, **detail}) if entry.event == event else entry

    made.store._rows.log = list(chained([told(entry) for entry in made.store._rows.log], 0, ""))


def test_a_log_as_it_was_written_is_signed_by_both() -> None:
    made = world()

    assert found(made) == []
    assert made.read(lambda uow: verify_signed(uow, made.ports.signer)).counts["signatures"] == 2


def test_other_terms_than_were_signed_are_found() -> None:
    made = world()
    retold(made, "grant.proposed", grant=spelled(granted(AWS, people=("U0MALLORY",))))

    [ours, theirs] = found(made)

    assert ours == "grant aws.1, entry 1: its signature is not of these terms: one of the two was changed"
    assert theirs.startswith("grant aws.1, entry 2")


def test_an_agreement_by_somebody_else_than_signed_is_found() -> None:
    made = world()
    [confirmed] = [e for e in made.store._rows.log if e.event == "grant.confirmed"]
    retold(made, "grant.confirmed", changes={**confirmed.detail["changes"], "confirmed_by": "T0AWSTEAM/U0JORDAN"})  # type: ignore[dict-item]  # a mapping

    assert len(found(made)) == 1


@pytest.mark.parametrize("grant", [None, {"id": "aws.1"}])
def test_what_is_no_grant_is_found(grant: object) -> None:
    made = world()
    retold(made, "grant.proposed", grant=grant)

    assert found(made)[0].endswith("it is no grant: somebody else wrote it")


def test_an_agreement_without_a_signature_is_found() -> None:
    made = world()
    retold(made, "grant.confirmed", changes={})

    assert len(found(made)) == 1


def test_keys_nobody_has_prove_nothing() -> None:
    made = world()

    assert all("is not in COSELL_KEYS" in each for each in found(made, FakeSigner()))


def test_another_key_of_the_same_name_is_another() -> None:
    class Others(FakeSigner):
        def public_key(self, key: str) -> str | None:
            return f"another {key}"

    made = world()

    assert all("it was signed by another key" in each for each in found(made, Others()))
    assert len(found(made, Others())) == 2
