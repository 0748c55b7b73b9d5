"""What a card says an approval leads to is what it leads to, and what it calls final is."""

from dataclasses import replace

import pytest

from motions.consequences import consequences_of
from motions.effects import UNDO_OF, Undo
from motions.model import Band
from motions.policy import ActionKind, Autonomy
from motions.referrals import FilingStep
from tests.fakes.world import DEAL, MOTION, World, configuration, default_configuration
from tests.motions.stages import awaiting, handed_off


def said(made: World) -> list[tuple[str, Undo]]:
    return [(each.what, each.undo) for each in consequences_of(made.decision()[1], made.motion, made.ports)]


def file_of(made: World) -> dict[str, object]:
    payload = made.decision()[1].payload["file"]
    assert isinstance(payload, dict)
    return payload


def without(made: World, action: ActionKind) -> World:
    table = default_configuration().policy.autonomy
    made.use(configuration(autonomy={**table, action: {Band.HIGH: Autonomy.FORBID}}))
    return made


def test_each_thing_is_said_with_what_can_be_done_about_it() -> None:
    assert said(awaiting()) == [
        ("Files this referral with AWS", Undo.FINAL),
        (
            "Then keeps it in step with the deal in the CRM: Monthly spend, Close date, Stage, Next steps",
            Undo.COMPENSABLE,
        ),
        ("Closes it as lost when the deal is lost", Undo.FINAL),
        ("Keeps cosell's own fields on the deal in the CRM up to date", Undo.REVERSIBLE),
        ("Posts the words above to AWS's seller once AWS accepts", Undo.COMPENSABLE),
    ]


def test_every_effect_of_a_whole_motion_is_undone_as_its_card_said() -> None:
    made = handed_off()
    steps = made.ports.portals["aws"].saga(file_of(made), "key")
    declared = {**UNDO_OF, **{f"aws.{step.name}": step.undo for step in steps}}

    effects = made.read(lambda uow: uow.effects.of(MOTION))

    performed = {effect.kind: effect.undo for effect in effects if effect.kind in declared}
    assert performed == declared
    assert made.org.get(DEAL).cosell.status == "Accepted"


@pytest.mark.parametrize("undo", Undo)
def test_the_worst_of_a_portal_s_calls_is_what_filing_is(undo: Undo) -> None:
    made = awaiting()
    portal = made.ports.portals["aws"]
    milder: list[FilingStep] = [replace(step, undo=Undo.REVERSIBLE) for step in portal.saga(file_of(made), "key")]
    milder[1] = replace(milder[1], undo=undo)
    portal.saga = lambda *_: milder  # type: ignore[method-assign]  # another portal's declaration

    assert said(made)[0] == ("Files this referral with AWS", undo)


def test_what_follows_the_crm_is_named_only_where_something_does() -> None:
    some, none = awaiting(sync={"close_date": "to_portal"}), awaiting(sync={"close_date": "off"})

    assert "in the CRM: Close date" in str(said(some))
    assert [len(said(made)) for made in (some, none)] == [4, 3]


def test_what_policy_forbids_or_nobody_reads_is_not_promised() -> None:
    quiet = without(awaiting(), ActionKind.PARTNER_VISIBLE)
    blind = without(awaiting(), ActionKind.CRM_WRITE)
    alone = awaiting()
    partners = tuple(p.model_copy(update={"shared_channel": None}) for p in alone.ports.config.partners)
    alone.use(alone.ports.config.model_copy(update={"partners": partners}))

    assert [len(said(made)) for made in (quiet, blind, alone)] == [4, 4, 4]
    assert "own fields on the deal in the CRM" not in str(said(blind))
