"""Short ways to write the Block Kit that page tests show."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def section(text: str, block_id: str = "words", **rest: Any) -> Json:
    """A section with mrkdwn text."""
    return {"type": "section", "block_id": block_id, "text": mrkdwn(text), **rest}


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


def button(action_id: str, text: str, **rest: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain(text), **rest}


def options(*values: str) -> list[Json]:
    """Options named after their values."""
    return [{"text": plain(value.capitalize()), "value": value} for value in values]


def asked(block_id: str, label: str, kind: str, **element: Any) -> Json:
    """An input block whose element's action is `answer`."""
    optional = bool(element.pop("optional", False))
    dispatches = bool(element.pop("dispatch_action", False))
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "optional": optional,
        "dispatch_action": dispatches,
        "element": {"type": kind, "action_id": f"{block_id}_answer", **element},
    }


def modal(*blocks: Json, view_id: str = "V1", hash_: str = "1", title: str = "Edit the filing") -> Json:
    """A modal view with a submit button."""
    return {
        "id": view_id,
        "hash": hash_,
        "type": "modal",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        "state": {"values": {}},
    }
