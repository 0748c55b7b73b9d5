"""Solution areas and plays by Microsoft's fiscal year, which they change with; guesses none."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from connectors.texts import pick


@dataclass(frozen=True)
class Year:
    """One fiscal year's plays with the area of each."""

    label: str  # 'FY27'
    first: date
    is_seen: bool  # whether somebody compared it with Partner Center
    areas: Mapping[str, str]  # play -> area

    @property
    def plays(self) -> tuple[str, ...]:
        """Every play, in the list's order."""
        return tuple(self.areas)

    def play(self, text: str) -> str | None:
        """The play a text names, or None."""
        return pick(text, self.areas)


def year_of(day: date) -> Year:
    """The newest year that has begun, or the oldest there is."""
    begun = [year for year in _years() if year.first <= day]
    return begun[-1] if begun else _years()[0]


@cache
def _years() -> tuple[Year, ...]:
    written = tomllib.loads((files("connectors.microsoft") / "data" / "taxonomy.toml").read_text("utf-8"))
    years = (
        Year(
            label=str(each["label"]),
            first=each["from"],
            is_seen=bool(each["seen"]),
            areas={str(play): str(area["name"]) for area in each["areas"] for play in area["plays"]},
        )
        for each in written["years"]
    )
    return tuple(sorted(years, key=lambda year: year.first))
