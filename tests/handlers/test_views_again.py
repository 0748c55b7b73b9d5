"""A message drawn again from what was kept is the same bytes, in any process, and says which drawing it was."""

import os
import subprocess
import sys
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.views import VERSION, render
from motions.drawings import KINDS, kept, surface_of
from motions.proposals import canonical_json
from motions.surfaces import Digest, Note, Nudge, Surface
from tests.anything import anything
from tests.handlers.values import EXTREMES, card, exception, handoff, line
from tests.house.source_tree import ROOT
from tests.motions.spacing import a_line, viewed

SURFACES: list[Surface] = [
    surface
    for name in ("Acmeco", *EXTREMES.values())
    for surface in (
        card(name),
        handoff(name),
        Note(name, (name, "what to do"), ("Open the deal", f"https://crm.example/{name}")),
        Nudge("U0ALEX", name, name, "2026-11-26", 2),
        viewed(a_line(name)),
        Digest("2026-11-23", (line(name),), (line(name, None),), (exception(name),), 3),
    )
]
DRAW = """
import sys
from handlers.views import VERSION, render
from motions.drawings import surface_of
from motions.proposals import canonical_json

for text in sys.stdin.read().splitlines():
    print(canonical_json(render(surface_of(text))))
print(VERSION)
"""
examples = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@examples
@given(data=st.data())
def test_any_surface_is_kept_whole_and_drawn_the_same_again(kind: type[Any], data: st.DataObject) -> None:
    surface = data.draw(anything(kind))

    again = surface_of(kept(surface))

    assert again == surface
    assert kept(again) == kept(surface)
    assert canonical_json(render(again)) == canonical_json(render(surface))


def test_every_surface_has_a_name_to_be_kept_under() -> None:
    assert set(KINDS.values()) == set(get_args(Surface))


@pytest.mark.parametrize("text", ["{}", "[]", "null", '{"poster":{}}', '{"note":{}}', '{"note":{},"card":{}}', "{"])
def test_what_is_no_surface_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError):
        surface_of(text)


def test_two_processes_with_other_hashes_and_time_zones_draw_the_same_bytes() -> None:
    texts = [kept(each) for each in SURFACES]

    drawn = [
        _drawn_by_another_process(texts, {"PYTHONHASHSEED": "1", "TZ": "America/Chicago"}),
        _drawn_by_another_process(texts, {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}),
    ]

    here = [canonical_json(render(each)) for each in SURFACES]
    assert drawn == [[*here, VERSION]] * 2


def _drawn_by_another_process(texts: list[str], environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        input="\n".join(texts),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONUTF8": "1"},
        check=True,
    )
    return done.stdout.splitlines()
