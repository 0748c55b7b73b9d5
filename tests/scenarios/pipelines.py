"""Hands on a joint pipeline in the running bot: deals both companies know, the one message, its two forms."""

from bot import spaces
from motions.deals import OpportunityId
from motions.forecasting import gather
from motions.joint import JointForecast, JointLine
from motions.model import PartnerKey
from motions.spaces import JointField
from sandbox.cast import Member
from tests.scenarios.company import SHARED, Json
from tests.scenarios.scene import AWS, Scene, said, words_of
from tests.waiting import wait_until

STAGES = {2: "Qualification", 3: "Value Proposition", 4: "Proposal/Price Quote", 5: "Negotiation/Review"}


def joined(scene: Scene, customer: str, rung: int, amount: int) -> OpportunityId:
    """A deal of ours with a customer of its own, in the pipeline with AWS; nobody is worth a motion over it."""
    scene.company.new_customer(customer)
    deal = scene.company.new_deal(
        customer=customer, StageName=STAGES[rung], Amount=amount, CloseDate="2026-12-31", Name=f"{customer} platform"
    )
    wait_until(lambda: scene.bot.ports.durable.read(lambda uow: uow.deals.get(deal)), what=f"{customer} to be read")
    spaces.add("aws", deal, scene.settings)
    return deal


def view(scene: Scene, partner: PartnerKey = AWS) -> JointForecast:
    """What anybody is shown now."""
    ports = scene.bot.ports
    return ports.durable.read(lambda uow: gather(ports.config.partner(partner), uow, ports))


def line_of(scene: Scene, customer: str) -> JointLine:
    """One line of it."""
    return next(line for line in view(scene).lines if line.customer == customer)


def message(scene: Scene, channel: str = SHARED) -> Json:
    """The forecast message of this bot; another file's bot may have left one of its own in this world."""
    place = scene.bot.ports.durable.read(lambda uow: uow.spaces.get(AWS))
    assert place is not None
    assert place.place is not None
    [found] = [each for each in scene.company.posted(channel, "space:") if each["ts"] == place.place.ts]
    return found


def shows(scene: Scene, *words: str) -> str:
    """Everything the message says, once it says all of these words."""

    def look() -> str | None:
        space = scene.bot.ports.durable.read(lambda uow: uow.spaces.get(AWS))
        text = words_of(message(scene)) if space is not None and space.place is not None else ""
        return text if all(word in text for word in words) else None

    return wait_until(look, within=30, what=f"the forecast to say {words}")


def tell(scene: Scene, person: Member, customer: str, **figures: str) -> str:
    """The partner's form, filled in and saved; what the person then saw."""
    modal = _opened(scene, person, "forecast.update", view(scene).token)
    answer = scene.submit(person, modal, deal=line_of(scene, customer).ref, **figures)
    return said(answer) + str(answer.get("errors", ""))


def agree(scene: Scene, person: Member, customer: str, **choices: str) -> str:
    """The form behind a line's button, with one side picked for each figure; what the person then saw."""
    modal = _opened(scene, person, "forecast.agree", line_of(scene, customer).token)
    return said(scene.submit(person, modal, **choices))


def apart(scene: Scene) -> set[tuple[str, JointField]]:
    """Where the two sides differ."""
    return {(line.name, cell.field) for line in view(scene).lines for cell in line.conflicts}


def pressed(scene: Scene, person: Member, action_id: str, token: str) -> Json:
    """A button of the message, by what it carries."""
    wait_until(lambda: token in words_of(message(scene)), within=30, what="the message with the present buttons")
    place = {"channel": SHARED, "message_ts": message(scene)["ts"]}
    return scene.company.act("action", person, **place, action_id=action_id, value=token)


def _opened(scene: Scene, person: Member, action_id: str, token: str) -> Json:
    answer = pressed(scene, person, action_id, token)
    assert answer["modals"], answer
    modal: Json = answer["modals"][0]
    return modal
