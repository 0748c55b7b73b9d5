"""`cosell policy check`: the catalogue of fields.yml beside the CRM's own description of itself; writes nothing."""

from collections.abc import Collection, Sequence
from itertools import groupby

import typer

from bot.app import crm_gateway
from bot.configuration import load_configuration
from bot.embedded import start_world
from bot.settings import Settings
from connectors.salesforce.client import SalesforceGateway
from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import fields_read, paths
from motions.drift import Drift, drift_of
from motions.errors import NotVisible

LOOKED_AT = ("Opportunity", "Account", "Contact", "Task", "Event", "User")
FEW = 10  # deals: the sandbox is asked for its shape only


def check(settings: Settings) -> bool:
    """Print what is unlabelled and what is gone; False when cosell reads any of it. Raises ConnectorError."""
    if not settings.is_sandbox:
        return _told(_compared(settings))
    world = start_world(0, tick_seconds=None, deals=FEW)
    try:
        return _told(_compared(settings.on_sandbox(world.url)))
    finally:
        world.stop()


def _compared(settings: Settings) -> Drift:
    catalogue = load_configuration(settings.config_folder).fields
    gateway = crm_gateway(settings)
    described = {name: _columns(gateway, name) for name in LOOKED_AT}
    return drift_of(catalogue, described, paths(fields_read(FieldMap())))


def _columns(gateway: SalesforceGateway, sobject: str) -> Collection[str]:
    try:
        return gateway.shape(sobject).keys()
    except NotVisible:
        return ()


def _told(drift: Drift) -> bool:
    _list("Without a label, so restricted", drift.unlabelled, drift)
    _list("In fields.yml, and not in the CRM, or hidden from our user", drift.gone, drift)
    if drift.serious:
        typer.echo(f"cosell reads {len(drift.serious)} of them (*). Label them in fields.yml, or mend the CRM.")
    elif drift.unlabelled or drift.gone:
        typer.echo("cosell reads none of them. Nothing is to be done.")
    else:
        typer.echo("fields.yml names every field of the CRM.")
    return not drift.serious


def _list(title: str, found: Sequence[str], drift: Drift) -> None:
    if not found:
        return
    typer.echo(f"{title}:")
    for name, group in groupby(found, key=lambda path: path.partition(".")[0]):
        shown = (f"{path.partition('.')[2]}{'*' if path in drift.read else ''}" for path in group)
        typer.echo(f"  {name}: {', '.join(shown)}")
