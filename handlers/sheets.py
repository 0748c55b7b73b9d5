"""Partners' sheets put into alliance channels, and the form for their columns; reads no file, and decides nothing."""

from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from handlers import shared
from handlers.desk import UseCases
from handlers.envelopes import word
from handlers.forms import readable
from handlers.slack_errors import translated
from handlers.views import blocks, text
from handlers.views.problem import told
from handlers.views.sheet_forms import columns_given, complaints_of
from motions.model import Token
from motions.sheet_drops import Dropped
from motions.surfaces import ClickOutcome, ClickReply

# What people call a spreadsheet; the bytes say what it is.
_ENDINGS: Final = (".xlsx", ".xlsm", ".csv", ".tsv", ".xls", ".xlsb")


def dropped(cases: UseCases, event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
    """A message that brings a sheet, which only whoever put it there is told about before its card is out."""
    channel, ts = word(event, "channel"), word(event, "ts")
    thread = word(event, "thread_ts") or ts
    reply = cases.sheets.drop(channel, thread, ts, sheets_in(event), context["person"])
    if reply is None:
        shared.hear(cases, event, context)
    elif reply.outcome is ClickOutcome.CHANGED_NOTHING:
        said = text.escaped_lines(reply.text, blocks.SECTION)
        drawn: dict[str, Any] = blocks.message(said, [blocks.section(said)])
        with translated("chat.postEphemeral"):
            client.chat_postEphemeral(channel=channel, user=word(event, "user"), thread_ts=thread, **drawn)


def brings_sheets(event: dict[str, Any]) -> bool:
    """Whether a message has a file that people call a spreadsheet, or that may be one."""
    return bool(sheets_in(event))


def sheets_in(event: dict[str, Any]) -> tuple[Dropped, ...]:
    """The spreadsheets of a message; what may be one and is of another conversation is without its name.

    Of a file from a channel shared with another company Slack tells its id alone; a forwarded message brings its files
    as attachments, and they stay where they are.
    """
    here = [Dropped(word(each, "id"), word(each, "name")) for each in _dicts(event.get("files"))]
    forwarded = [
        Dropped(word(each, "id"), "")
        for attachment in _dicts(event.get("attachments"))
        for each in _dicts(attachment.get("files"))
        if _may_be_one(word(each, "name"))
    ]
    return tuple(each for each in (*here, *forwarded) if each.file_id and _may_be_one(each.name))


def _may_be_one(name: str) -> bool:
    return not name or name.lower().endswith(_ENDINGS)


def _dicts(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def map_columns(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """What their columns mean, or what cannot be beside each."""
    with readable():
        given = columns_given(view)
    outcome = cases.sheets.map_columns(Token(word(view, "private_metadata")), context["person"], given)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Name the columns", outcome.text))
        return
    with readable():
        ack(response_action="errors", errors=complaints_of(outcome, view))
