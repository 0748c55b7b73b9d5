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
    reply = cases.drop_sheets(channel, thread, ts, sheets_in(event), context["person"])
    if reply is None:
        shared.hear(cases, event, context)
    elif reply.outcome is ClickOutcome.CHANGED_NOTHING:
        said = text.escaped_lines(reply.text, blocks.SECTION)
        drawn: dict[str, Any] = blocks.message(said, [blocks.section(said)])
        with translated("chat.postEphemeral"):
            client.chat_postEphemeral(channel=channel, user=word(event, "user"), thread_ts=thread, **drawn)


def brings_sheets(event: dict[str, Any]) -> bool:
    """Whether a message has a file that people call a spreadsheet; in a shared channel Slack does not say."""
    return bool(sheets_in(event))


def sheets_in(event: dict[str, Any]) -> tuple[Dropped, ...]:
    """The spreadsheets of a message."""
    files = event.get("files")
    named = (
        [(word(each, "id"), word(each, "name")) for each in files or () if isinstance(each, dict)]
        if isinstance(files, list)
        else []
    )
    return tuple(Dropped(file_id, name) for file_id, name in named if file_id and name.lower().endswith(_ENDINGS))


def map_columns(cases: UseCases, ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
    """What their columns mean, or what cannot be beside each."""
    with readable():
        given = columns_given(view)
    outcome = cases.map_columns(Token(word(view, "private_metadata")), context["person"], given)
    if isinstance(outcome, ClickReply):
        ack(response_action="update", view=told("Name the columns", outcome.text))
        return
    with readable():
        ack(response_action="errors", errors=complaints_of(outcome, view))
