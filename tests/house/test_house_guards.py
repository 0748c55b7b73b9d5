"""Guards are proven by taking them out: the list fits the source, and some of it is tried in every run.

`python -m tests.house.guards` tries all of it.
"""

import re
import subprocess
import sys

import pytest

from tests.house import mutants
from tests.house.guard_list import GUARDS, Guard
from tests.house.guards import judged, mutated, why_stale
from tests.house.source_tree import ROOT, told

# One of each kind, and quick.
IN_EVERY_RUN = (
    "seal: only the bytes",
    "role: only who may",
    "requester:",
    "two people: the same person",
    "expiry: nothing",
    "epoch: an older",
    "lease: who does not get",
    "look-up: a lost answer",
    "ask: what can be neither",
    "kill switch: nothing leaves",
    "audience: who reads is asked before posting",
    "standing approval: not beyond",
    "take back: too late",
    "log: each hash",
    "alerts: only what is signed",
)

A_GUARD = Guard(
    "a guard",
    "motions/posting.py",
    "        check_readers(plan.destination, plan.audience, ports.messenger)\n",
    "",
    ("tests/waiting.py",),
)


def test_every_guard_of_the_list_is_in_the_source() -> None:
    found = [f"{guard.name}: {why}" for guard in GUARDS if (why := why_stale(guard)) is not None]

    assert not found, told(found)


def test_every_test_of_the_list_is_there() -> None:
    found = [
        f"{guard.name}: no {name}"
        for guard in GUARDS
        for name in guard.tests
        for path, _, function in [name.partition("::")]
        if function and not re.search(rf"^def {function}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    ]

    assert not found, told(found)


def test_no_two_guards_have_one_name() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def test_some_guards_are_taken_out_and_missed() -> None:
    command = [sys.executable, "-m", "tests.house.guards", *IN_EVERY_RUN]

    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert f"{len(IN_EVERY_RUN)} of {len(IN_EVERY_RUN)} guards proven" in tried.stdout


def test_words_that_are_gone_or_stand_twice_are_noticed() -> None:
    twice = Guard("a guard", A_GUARD.path, A_GUARD.source, "", ())
    gone = Guard("a guard", A_GUARD.path, "no such words", "", ())

    assert "3 times, not once" in str(why_stale(twice))
    assert "0 times, not once" in str(why_stale(gone))
    assert "no such words" not in mutated(gone)


@pytest.mark.parametrize(
    ("code", "why"), [(mutants.FAILED, None), (mutants.PASSED, "guard survives"), (mutants.BROKEN, "could not run")]
)
def test_only_a_test_that_fails_proves_a_guard(code: int, why: str | None) -> None:
    verdict = judged(A_GUARD, code, "what pytest said")

    assert (verdict.why is None) is (why is None)
    assert (why or "") in (verdict.why or "")
