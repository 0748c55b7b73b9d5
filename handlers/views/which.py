"""The form behind the shortcuts: which deal is meant, typed or picked; and the answer in a form of its own."""

from collections.abc import Mapping
from typing import Any

from handlers.views import answers, blocks, text
from handlers.views.form import entry, form, pick_list, words
from motions.answer_surfaces import Answer, ChoiceAnswer, ProblemAnswer
from motions.deals import Opportunity

GLOBAL, MESSAGE, CALLBACK = "cosell.start", "cosell.message", "cosell.deal"
_TITLE = "Co-sell a deal"
_NAMED, _PICKED = "deal.named", "deal.picked"
_LONGEST = 200
_ASKED = "cosell says where its co-sell stands, and starts it if nothing has."
_NOT_FOUND = "No open deal of yours is named in this message."


def which_modal(*, of_message: bool) -> dict[str, object]:
    """What to type, when nothing says which deal is meant."""
    said = f"{_NOT_FOUND} {_ASKED}" if of_message else _ASKED
    hint = "A name finds your own open deals, or those you look after"
    named = entry(_NAMED, "Deal, account, or id in the CRM", words(_LONGEST), hint=hint)
    return form(CALLBACK, _TITLE, "Ask", "", [blocks.section(said), named], close="Cancel")


def choice_modal(choice: ChoiceAnswer) -> dict[str, object]:
    """The deals that may be meant, to pick one."""
    deals = entry(_PICKED, "Which deal?", pick_list((deal.id, _name(deal)) for deal in choice.choices))
    more = blocks.context(f"{choice.more} more are not shown; type more of the name." if choice.more else "")
    drawn = [deals, *([more] if choice.more else [])]
    return form(CALLBACK, _TITLE, "Ask", "", drawn, close="Cancel")


def answer_modal(answer: Answer) -> dict[str, object]:
    """What `/cosell` would have answered."""
    drawn: Any = answers.draw(answer)["blocks"]
    return form(CALLBACK, _TITLE, None, "", drawn, close="Close")


def asked(view: Mapping[str, Any]) -> str:
    """The id that was picked, or what was typed."""
    given = view["state"]["values"]
    if _PICKED in given:
        return str(given[_PICKED]["value"]["selected_option"]["value"])
    return str(given[_NAMED]["value"].get("value") or "")


def complaint(problem: ProblemAnswer, view: Mapping[str, Any]) -> dict[str, str]:
    """Why there is no answer, beside the input."""
    place = _PICKED if _PICKED in view["state"]["values"] else _NAMED
    return {place: text.shortened(text.one_line(f"{problem.what} {problem.do}"), 1000)}


def _name(deal: Opportunity) -> str:
    account = deal.account.name if deal.account else "no account"
    return f"{text.shortened(account, 25)}: {text.shortened(deal.name, 30)}, {text.money(deal.amount)}"
