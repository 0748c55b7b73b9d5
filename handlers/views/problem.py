"""What happened, whether anything was written, and what to do: the one shape of bad news."""

from handlers.views import blocks, text
from motions.answer_surfaces import ProblemAnswer
from motions.errors import AuthExpired, ConnectorError, NotPermitted, OutcomeUnknown, Unavailable, UserMistake
from motions.model import Role

_UNTOUCHED = "Nothing was changed."
# All that is ever said to somebody who is not one of our people, beyond what is shared with them.
WHO_ARE_YOU = "This assistant does not know you; ask whoever invited you here."
NOT_YOURS = "This is for the company that runs this assistant. Nothing was changed."
NOT_SHARED = "Nothing behind this button is shared with you, or no longer. Ask your partner manager if it should be."


def problem(answer: ProblemAnswer) -> dict[str, object]:
    """Bad news as a message."""
    what = text.escaped_lines(answer.what, 900)
    parts = [f"*{what}*", text.escaped_lines(answer.written, 500), text.escaped_lines(answer.do, 900)]
    return blocks.message(what, [blocks.section("\n".join(part for part in parts if part.strip()))])


def told(heading: str, words: str) -> dict[str, object]:
    """A modal that only tells something; Slack puts it in place of the one that was submitted."""
    return {
        "type": "modal",
        "title": blocks.title(heading),
        "close": blocks.plain("Close"),
        "blocks": [blocks.section(text.escaped_lines(words, 2900) or "Done.")],
    }


def excuse(error: Exception, reference: str) -> ProblemAnswer:
    """A failure in plain words; `reference` finds its line in the log, the error's own text stays there."""
    match error:
        case UserMistake() | NotPermitted():
            return ProblemAnswer(str(error), _UNTOUCHED, "")
        case OutcomeUnknown():
            lost = f"{error.system} did not say whether it worked."
            return ProblemAnswer(lost, "It may have been written.", "Look there before you try again.")
        case AuthExpired():
            signed_out = f"cosell can no longer sign in to {error.system}."
            return ProblemAnswer(signed_out, _UNTOUCHED, "An admin has to renew its credentials.")
        case Unavailable():
            return ProblemAnswer(f"{error.system} does not answer.", _UNTOUCHED, "Try again in a minute.")
        case ConnectorError():
            refused = f"{error.system} refused this."
            return ProblemAnswer(refused, _UNTOUCHED, f"Tell your operator; the reference is {reference}.")
        case _:
            do = f"Try again. If it happens twice, tell your operator; the reference is {reference}."
            return ProblemAnswer("Something failed on our side.", "The card shows what was done.", do)


def excuse_outside() -> ProblemAnswer:
    """A failure in words that tell nothing of which system failed, or at what."""
    return ProblemAnswer("This did not work.", "Nothing was changed.", "Try again in a minute.")


def for_outsider(role: Role) -> ProblemAnswer:
    """What somebody who is not ours can do here."""
    return ProblemAnswer(NOT_YOURS if role is Role.PARTNER else WHO_ARE_YOU, "", "")
