"""The joint forecast as CSV: the same bytes for both companies, but for the one column that is ours alone."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal

from motions.joint import JointForecast, JointLine
from motions.spaces import JointField

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet_of(view: JointForecast, ids: Mapping[str, str] | None = None) -> str:
    """Every line of the view, then the totals; `ids` adds our CRM's id of each ref, which no partner gets."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(["crm_id"] if ids is not None else []), "deal", "customer", *_titles(view), "differs"])
    for line in view.lines:
        own = [ids.get(line.ref, "")] if ids is not None else []
        writer.writerow([_inert(cell) for cell in (*own, line.ref, line.customer or "", *_figures(line), _apart(line))])
    own = [""] if ids is not None else []
    for total in view.totals:
        sums = [f"{_plain(total.ours)} {total.currency}", f"{_plain(total.theirs)} {total.currency}"]
        writer.writerow([*own, "total", total.currency, "", "", "", *sums, *[""] * 5])
    return out.getvalue()


def _titles(view: JointForecast) -> list[str]:
    whose = (view.our_name, view.partner_name, "agreed")
    return [_inert(f"{name.value}: {each}") for name in JointField for each in whose]


def _figures(line: JointLine) -> list[str]:
    cells = {cell.field: cell for cell in line.cells}
    found = [cells.get(name) for name in JointField]
    return [
        text or "" for cell in found for text in ((cell.ours, cell.theirs, cell.agreed) if cell else (None, None, None))
    ]


def _apart(line: JointLine) -> str:
    return " ".join(cell.field.value for cell in line.conflicts)


def _inert(text: str) -> str:
    """A spreadsheet must not run what somebody wrote into a name."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
