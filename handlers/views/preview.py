"""What stands under a link to a deal: no word of the deal, since everybody in the channel reads it, and one button.

Where the app has Work Objects it is one, and a click on it asks for the details of that one reader.
"""

from handlers.views import answers, blocks, text, words
from motions.answer_surfaces import Answer, DealAnswer, ProblemAnswer
from motions.deals import OpportunityId

STANDS = "deal.stands"
_SHOW = "Show me"
_WORDS = "Where the co-sell of this deal stands is shown to whoever may see the deal."
_KIND = "slack#/entities/item"  # of Slack's kinds, the one for what is none of the others
# Slack lets details that are newer than what stands under the link take its place, where everybody reads it.
_NEVER_NEWER = 1
_LONG = 2000


def draw(deal_id: str) -> dict[str, object]:
    """The preview of one link."""
    return {"blocks": [{**blocks.section(_WORDS), "accessory": blocks.button(_SHOW, STANDS, deal_id)}]}


def work_object(deal_id: OpportunityId, url: str) -> dict[str, object]:
    """The same as a Work Object."""
    shown = _field("cosell", "Co-sell", _WORDS, is_long=True)
    button = {"text": _SHOW, "action_id": STANDS, "value": deal_id}
    payload = {**_payload("A deal", [shown]), "actions": {"primary_actions": [button]}}
    return {**_named(deal_id, url), "app_unfurl_url": url, "entity_payload": payload}


def details(answer: Answer, deal_id: str, url: str) -> dict[str, object]:
    """What one reader is shown beside the conversation: as `metadata`, or as `error` when there is nothing to show."""
    if not isinstance(answer, DealAnswer):
        return nothing(answer if isinstance(answer, ProblemAnswer) else ProblemAnswer("No open deal matches.", "", ""))
    fields = [
        _field("standing", "Co-sell", answers.stands(answer), is_long=True),
        _field("stage", "Stage", answer.deal.stage_name),
        _field("amount", "Amount", text.money(answer.deal.amount)),
        _field("partner", "Partner", answer.partner_name or ""),
        _field("confidence", "Confidence", _confidence(answer)),
        _field("why", "Why", "; ".join(reason.text for reason in answer.reasons[:4]), is_long=True),
        _field("next", "What happens next", answer.note, is_long=True),
    ]
    payload = _payload(answers.called(answer.deal), [each for each in fields if each["value"]])
    return {"metadata": {**_named(deal_id, url), "entity_payload": payload}}


def nothing(problem: ProblemAnswer) -> dict[str, object]:
    """Why a reader is shown nothing."""
    said = " ".join(part for part in (problem.written, problem.do) if part)
    shown = {"custom_title": _plain(problem.what, 200), **({"custom_message": _plain(said, _LONG)} if said else {})}
    return {"error": {"status": "custom", **shown}}


def _named(deal_id: str, url: str) -> dict[str, object]:
    return {"entity_type": _KIND, "url": url, "external_ref": {"id": deal_id}}


def _payload(title: str, fields: list[dict[str, object]]) -> dict[str, object]:
    attributes = {
        "title": {"text": _plain(title, 200)},
        "display_type": "Deal",
        "product_name": "cosell",
        "metadata_last_modified": _NEVER_NEWER,
    }
    return {"attributes": attributes, "custom_fields": fields}


def _field(key: str, label: str, value: str, *, is_long: bool = False) -> dict[str, object]:
    field: dict[str, object] = {"key": key, "label": label, "type": "string", "value": _plain(value, _LONG)}
    return {**field, "long": True} if is_long else field


def _confidence(answer: DealAnswer) -> str:
    if answer.band is None or answer.score is None:
        return "not known"
    return f"{words.CONFIDENCE[answer.band]} ({answer.score} of 100)"


def _plain(value: str, limit: int) -> str:
    """Slack reads no markup in these, so none is escaped."""
    return text.shortened(text.one_line(value), limit)
