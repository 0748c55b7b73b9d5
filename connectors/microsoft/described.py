"""What Microsoft asks for, line by line, so that a change of it can be told; nothing of it can be asked for."""

from collections.abc import Mapping
from datetime import date

from connectors.microsoft import values
from connectors.microsoft.account import Account
from connectors.microsoft.taxonomy import year_of


def lines_of_schema(account: Account, today: date) -> Mapping[str, str]:
    """Our solutions, the plays of the fiscal year, and which edition of the lists cosell holds."""
    year = year_of(today)
    solutions = {f"solution {each.id}": each.name for each in account.solutions}
    plays = {f"option create.solutionPlay={play}": "" for play in year.plays}
    return {"tables": values.TABLES_VERSION, "year": year.label, **solutions, **plays}
