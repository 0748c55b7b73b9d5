"""`cosell space push` and `cosell keys show`: what the terminal does towards a partner's own program."""

from dataclasses import dataclass

from bot.keys import FileKeys
from bot.settings import Settings
from bot.spaces import Here, around, partner_called
from bot.stories import open_store
from connectors.instances import HttpInstances
from handlers.views import VERSION
from motions.instance_telling import Told, our_key, push
from motions.policy import Partner
from motions.ports import Instances, Signer
from motions.records import Store
from motions.switches import COMMAND_LINE


@dataclass(frozen=True)
class Outside(Here):
    """What telling a partner's program needs besides: `motions.ports.Outlet`."""

    store: Store
    signer: Signer
    instances: Instances
    renderer: str = VERSION


def tell(asked: str, settings: Settings) -> tuple[Told, Partner]:
    """Tell a partner's program our figures now; what it made of them."""
    found = outside(settings)
    partner = partner_called(asked, found)
    return push(partner, COMMAND_LINE.name, found), partner


def key_for(asked: str, settings: Settings) -> str:
    """The public key under which a partner's program knows ours; made at its first use."""
    found = outside(settings)
    return our_key(partner_called(asked, found).key, found)


def outside(settings: Settings) -> Outside:
    """What the domain needs of us here to speak to a partner's program."""
    found = around(settings)
    store, keys = open_store(settings), FileKeys(settings.keys_folder)
    return Outside(found.config, found.clock, found.ids, found.origins, store, keys, HttpInstances())
