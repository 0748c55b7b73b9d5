"""/cosell: ask, and read the answer where only you see it."""

from typing import Any

from slack_bolt import Ack, BoltContext

from handlers.desk import UseCases, is_ours
from handlers.views import answers
from handlers.views.problem import for_outsider
from motions.answer_surfaces import Answer
from motions.model import Person


def ask(cases: UseCases, ack: Ack, command: dict[str, Any], context: BoltContext) -> None:
    """Answer a slash command."""
    ack({"response_type": "ephemeral", **answers.draw(answer_to(str(command.get("text") or ""), context, cases))})


def answer_to(words: str, context: BoltContext, cases: UseCases) -> Answer:
    """The answer for our own people; for everybody else, what they can do here."""
    person: Person = context["person"]
    return cases.answer(words.strip(), person) if is_ours(person) else for_outsider(person.role)
