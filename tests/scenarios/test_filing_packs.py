"""A whole motion with a partner that has no API: the pack, the reference, the decision in a sheet, the handoff."""

from dataclasses import replace
from pathlib import Path

from connectors.sheets import open_portal, read_sheet
from motions.approvals import approve
from motions.importing import carry_out, take
from motions.imports import FiledByHand
from motions.model import MotionState
from motions.reviewing import FILE_BY_HAND, watch_portal
from motions.surfaces import ClickOutcome
from tests.fakes.world import AWS, DEAL, PRIYA, SECOND, World, world
from tests.motions.stages import POLL


def with_packs(folder: Path) -> World:
    """A world whose partner is filed at by a person."""
    made = world()
    partners = tuple(
        each.model_copy(update={"portal": "sheet"}) if each.key == AWS else each for each in made.ports.config.partners
    )
    made.use(made.ports.config.model_copy(update={"partners": partners}))
    portal = open_portal(folder=folder, layout_file=folder / "none.toml", clock=made.clock)
    made.ports = replace(made.ports, portals={"sheet": portal})
    return made


def import_statuses(made: World, text: str) -> None:
    reading = read_sheet(text.encode(), "decisions.csv", {})
    with made.ports.store.transaction() as uow:
        partner = made.ports.config.partner(AWS)
        assert take(reading, "a" * 64, "decisions.csv", partner, uow, made.ports, by=PRIYA.name) == 1
    assert carry_out(made.ports) == 1


def test_a_motion_goes_from_the_click_to_the_handoff_by_pack_and_sheet(tmp_path: Path) -> None:
    made = with_packs(tmp_path)
    made.change(stage_name="Proposal")
    made.poll()
    made.clock.advance(SECOND)
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    made.durable.settle()
    pack = made.motion.referral_id
    assert pack is not None
    made.advance(POLL)
    waiting = made.problems()

    portal = made.ports.portals["sheet"]
    assert isinstance(portal, FiledByHand)
    portal.filed(pack, "DR-1001")
    watch_portal("sheet", made.ports)
    made.advance(POLL)
    filed = (made.problems(), made.motion.referral_id)
    import_statuses(made, "Registration ID,Status,Partner manager\nDR-1001,Approved,Kim Ode\n")
    watch_portal("sheet", made.ports)
    made.advance(POLL)

    assert pack.startswith("PACK-")
    assert (tmp_path / f"{pack}.xlsx").is_file()
    assert (waiting, filed) == ([FILE_BY_HAND], ([], "DR-1001"))
    assert made.state is MotionState.HANDED_OFF
    written = made.org.get(DEAL).cosell
    assert (written.referral_id, written.pam, written.status) == ("DR-1001", "Kim Ode", "Accepted")
