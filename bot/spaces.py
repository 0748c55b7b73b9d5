"""`cosell space`: the joint pipelines from the terminal; works on the store beside a running bot, which shows it.

It starts no segment: the bot looks every ten seconds whether its messages still say what is true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.clock import RandomIds, SystemClock
from bot.config_cli import configuration_here
from bot.settings import Settings
from bot.stories import open_store
from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from motions.deals import Opportunity, OpportunityId
from motions.errors import UserMistake
from motions.forecasting import gather, grant_on, partner_named
from motions.joining import put
from motions.joint import JointForecast, ref_of
from motions.joint_forms import SheetRow
from motions.policy import Configuration, Partner
from motions.ports import Clock, Ids
from motions.records import UnitOfWork
from motions.reporting import import_sheet, read_sheet
from motions.sheets import sheet_of
from motions.switches import COMMAND_LINE

LARGEST_SHEET = 1_000_000


class As(StrEnum):
    """Whose copy of the forecast."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Here:
    """What the domain needs of us at the terminal: `motions.ports.Surroundings`."""

    config: Configuration
    clock: Clock
    ids: Ids
    origins: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Preview:
    """What a sheet would change."""

    partner: Partner
    rows: tuple[SheetRow, ...]

    @property
    def is_good(self) -> bool:
        """Whether every row can be taken."""
        return not any(row.problems for row in self.rows)


def export(asked: str, whose: As, settings: Settings) -> tuple[str, JointForecast]:
    """The forecast as CSV, and the view it was made of."""
    here = around(settings)
    partner = partner_called(asked, here)

    def look(uow: UnitOfWork) -> tuple[str, JointForecast]:
        view = gather(partner, uow, here)
        ids = {ref_of(line): str(line.deal) for line in uow.spaces.open_lines(partner.key)}
        return sheet_of(view, ids if whose is As.OURS else None), view

    return open_store(settings).read(look)


def preview(asked: str, file: Path, settings: Settings) -> Preview:
    """What a sheet of the partner's would change; changes nothing."""
    here = around(settings)
    partner, text = partner_called(asked, here), _text(file)
    return Preview(partner, open_store(settings).read(lambda uow: read_sheet(text, partner, uow, here)))


def take_sheet(asked: str, file: Path, settings: Settings) -> int:
    """Take a sheet of the partner's, whole or not at all; how many deals it moved."""
    here = around(settings)
    partner, text = partner_called(asked, here), _text(file)
    with open_store(settings).transaction() as uow:
        return import_sheet(text, partner, uow, here)


def add(asked: str, deal_asked: str, settings: Settings) -> str:
    """Put a deal both companies know into their joint pipeline, and say so; a grant must share it already."""
    here = around(settings)
    partner = partner_called(asked, here)
    with open_store(settings).transaction() as uow:
        deal = _deal(deal_asked, uow)
        if not put(deal, partner.key, uow, here, by=COMMAND_LINE.name):
            return f"{deal.name} is in the joint pipeline with {partner.name} already. Nothing changed."
        line = uow.spaces.line(partner.key, deal.id)
        if line is None or grant_on(line, uow, here) is None:
            raise UserMistake(
                f"No grant shares {deal.name} with {partner.name} for the forecast, so nothing was changed. "
                f"`/cosell share {partner.key}` proposes one."
            )
    return f"{deal.name} is in the joint pipeline with {partner.name}; the message shows it within ten seconds."


def around(settings: Settings) -> Here:
    """What the domain needs of us here."""
    return Here(configuration_here(settings), SystemClock(), RandomIds(), origins_of(FieldMap()))


def partner_called(asked: str, here: Here) -> Partner:
    """The partner of this key or name; UserMistake names those there are."""
    partner = partner_named(asked, here)
    if partner is None:
        known = ", ".join(each.key for each in here.config.partners)
        raise UserMistake(f"partners.yml knows no partner {asked!r}. Nothing was changed. Name one of: {known}.")
    return partner


def _deal(asked: str, uow: UnitOfWork) -> Opportunity:
    known = uow.deals.get(OpportunityId(asked))
    if known is not None:
        return known
    found = uow.deals.search(asked, limit=5)
    if len(found) != 1:
        said = "; ".join(f"{deal.name} ({deal.id})" for deal in found) or "none"
        raise UserMistake(f"{asked!r} is not one open deal: {said}. Nothing was changed. Use the deal's id.")
    return found[0]


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_SHEET:
            raise UserMistake(f"{file} is larger than {LARGEST_SHEET} bytes. Nothing was changed. Split it.")
        return file.read_text("utf-8")
    except OSError as error:
        raise UserMistake(f"{file} cannot be read ({error.strerror}). Nothing was changed.") from error
    except UnicodeDecodeError as error:
        raise UserMistake(f"{file} is not UTF-8 text. Save the sheet as “CSV UTF-8”. Nothing was changed.") from error
