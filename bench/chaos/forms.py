"""What people see in Slack and fill in: buttons of a message, forms, and what became of a gesture."""

from collections.abc import Iterator

from bench.chaos.company import CORRECTED, Json


def of(answer: Json) -> Json:
    """What a gesture's answer tells of it."""
    return {"was_acknowledged": bool(answer.get("ok")), "said": f"{answer.get('shown')} {answer.get('modals')}"}


def buttons(message: Json) -> Iterator[tuple[str, str]]:
    """The action and the token of each button."""
    for block in message.get("blocks") or []:
        for element in block.get("elements") or []:
            if element.get("type") == "button":
                yield str(element["action_id"]), str(element.get("value"))


def select_of(modal: Json) -> Json:
    """A form's first menu."""
    found: Json = next(block for block in modal["blocks"] if block.get("element", {}).get("type") == "static_select")
    return found


def denial(modal: Json) -> Json:
    """The first reason there is."""
    select = select_of(modal)
    return {select["block_id"]: {"value": {"selected_option": select["element"]["options"][0]}}}


def edited(modal: Json) -> Json:
    """Another business problem."""
    told = "Dispatchers lose two hours a day looking for freight, and their customers wait for an answer meanwhile."
    return _typed(modal, "field:problem", told)


def corrected(modal: Json) -> Json:
    """The same, in no two forms the same."""
    return _typed(modal, "field:problem", f"{CORRECTED}: answer to form {modal['id']}.")


def referenced(modal: Json, reference: str) -> Json:
    """The reference a partner gave."""
    return _typed(modal, "filed.reference", reference)


def _typed(modal: Json, block_id: str, text: str) -> Json:
    block = next(block for block in modal["blocks"] if block.get("block_id") == block_id)
    return {block_id: {block["element"]["action_id"]: {"value": text}}}
