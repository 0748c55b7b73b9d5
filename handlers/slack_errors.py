"""Slack's failures in our words, translated once; knows no use case and retries nothing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from socket import gaierror
from ssl import SSLError
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from motions.errors import AuthExpired, ConnectorError, OutcomeUnknown, Rejected, Unavailable
from motions.outage_log import OutageLog

logger = logging.getLogger(__name__)

_SYSTEM = "Slack"
_TOO_MANY = 429
_SERVER_ERROR = 500
_SIGNED_OUT = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "org_login_required"}
# Slack's own words on these two: "It's possible some aspect of the operation succeeded before the error was raised."
_MAYBE = {"internal_error", "fatal_error"}
_LATER = {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "accesslimited"}
_FIXES = {
    "channel_not_found": "check the channel's id in coverage.yml or partners.yml, and invite the bot if it is private",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "unarchive the channel, or name another one in coverage.yml or partners.yml",
    "restricted_action": "ask a Slack admin to let the app post in this channel",
    "user_not_found": "check the person's Slack id",
    "users_not_found": "check the person's e-mail address",
    "message_not_found": "the message was deleted in Slack",
    "cant_update_message": "the message is not ours to change",
    "invalid_blocks": "report it: the message breaks one of Slack's limits",
    "msg_blocks_too_long": "report it: the message breaks one of Slack's limits",
    "missing_scope": "install the app again with the scopes of manifest.yml",
}

# One Slack a process, whoever calls it.
_outages = OutageLog(logger, _SYSTEM)


@contextmanager
def translated(method: str, *, sends_once: bool = False) -> Iterator[None]:
    """Turns what the SDK raises into ours; `sends_once` marks a call that must not be repeated blindly."""
    try:
        with _made_ours(method, sends_once=sends_once):
            yield
    except (Unavailable, OutcomeUnknown) as error:
        # Whoever tells us to wait is there.
        if isinstance(error, OutcomeUnknown) or error.retry_after is None:
            _outages.failed(error)
        raise
    except ConnectorError:
        _outages.worked()
        raise
    _outages.worked()


@contextmanager
def _made_ours(method: str, *, sends_once: bool) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _from_answer(error, method, sends_once=sends_once) from error
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError | gaierror | SSLError):
            raise Unavailable(_SYSTEM, f"{method} could not reach Slack") from error
        raise _from_silence(method, sends_once=sends_once) from error
    except (OSError, HTTPException, SlackClientError) as error:
        raise _from_silence(method, sends_once=sends_once) from error


def name_of(error: BaseException | None) -> str:
    """Slack's own name of an error; empty when it gave none, or a page where the answer belongs."""
    if not isinstance(error, SlackApiError) or not isinstance(error.response.data, dict):
        return ""
    name = str(error.response.get("error") or "")
    return name if name.isidentifier() else ""


def _from_answer(error: SlackApiError, method: str, *, sends_once: bool) -> ConnectorError:
    status, name, retry_after = _reading(error)
    if status == _TOO_MANY or name in _LATER:
        logger.info("slack.throttled method=%s retry_after=%s", method, retry_after)
        return Unavailable(_SYSTEM, f"{method} was throttled", retry_after=retry_after)
    if name in _SIGNED_OUT:
        return AuthExpired(_SYSTEM, f"{method}: {name}; an admin has to install the app again")
    if status >= _SERVER_ERROR or name in _MAYBE:
        return _from_silence(method, sends_once=sends_once)
    fix = _FIXES.get(name, "Slack refuses this call as it stands")
    return Rejected(_SYSTEM, f"{method}: {name}; {fix}")


def _from_silence(method: str, *, sends_once: bool) -> ConnectorError:
    if sends_once:
        return OutcomeUnknown(_SYSTEM, f"the answer to {method} was lost")
    return Unavailable(_SYSTEM, f"{method} got no usable answer")


def _reading(error: SlackApiError) -> tuple[int, str, float | None]:
    answer = error.response
    name = str(answer.get("error") or "") if isinstance(answer.data, dict) else ""
    headers = {str(key).lower(): value for key, value in dict(answer.headers).items()}
    wait = str(headers.get("retry-after", ""))
    return answer.status_code, name, float(wait) if wait.isdigit() else None
