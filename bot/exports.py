"""`cosell audit export` and `cosell audit verify FILE`: one side's account as a file, and whether a file holds.

Verifying reads no database. Whose key signed is told from this installation's keys and partners.yml, if they know it.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.configuration import load_configuration
from bot.keys import FileKeys
from bot.neighbours import outside
from bot.settings import Settings, SettingsError
from bot.spaces import partner_called
from bot.stories import open_store
from motions.comparing import Compared, compare, why_not_two_ends
from motions.errors import UserMistake
from motions.exporting import entries_with
from motions.exports import Account, Broken, Head, spell, verify
from motions.instance_telling import our_key
from motions.instance_wire import key_name

LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Verdict:
    """What a file holds, and whose key signed it."""

    found: Account | Broken
    whose: str


def exported(asked: str, settings: Settings) -> str:
    """What crossed between one partner and us, as its file."""
    found = outside(settings)
    partner, company = partner_called(asked, found), found.config.policy.company
    head = Head(company=company, key=our_key(partner.key, found), partner=partner.name, partner_key=partner.public_key)
    entries = open_store(settings).read(lambda uow: entries_with(partner, company, uow))
    return spell(head, entries, lambda text: found.signer.sign(key_name(partner.key), text))


def verified(file: Path, settings: Settings) -> Verdict:
    """Whether a file holds, and whose key signed it."""
    found = verify(_text(file), FileKeys(settings.keys_folder).is_signed)
    return Verdict(found, "" if isinstance(found, Broken) else _whose(found.head, settings))


def compared(one: Account, other: Account) -> Compared:
    """What two accounts do not agree on; UserMistake when they are not the two ends of one partnership."""
    why = why_not_two_ends(one, other)
    if why is not None:
        raise UserMistake(f"The two files cannot be compared: {why}. Nothing was changed.")
    return compare(one, other)


def _whose(head: Head, settings: Settings) -> str:
    try:
        partners = load_configuration(settings.config_folder).partners
    except SettingsError:
        partners = ()
    keys = FileKeys(settings.keys_folder)
    for partner in partners:
        if partner.public_key == head.key:
            return f"the key partners.yml names for {partner.name}"
        if keys.public_key(key_name(partner.key)) == head.key:
            return f"our own key for {partner.name}"
    return "a key nobody here knows: ask them for it by a way you trust, and compare"


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise UserMistake(f"{file} is larger than {LARGEST} bytes, so it was not read.")
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UserMistake(f"{file} cannot be read ({error}). Nothing was changed.") from error
