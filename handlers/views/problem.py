"""What happened, whether anything was written, and what to do: the one shape of bad news."""

from handlers.views import blocks, text
from motions.surfaces import ProblemAnswer


def problem(answer: ProblemAnswer) -> dict[str, object]:
    """Bad news as a message."""
    what = text.escaped_lines(answer.what, 900)
    parts = [f"*{what}*", text.escaped_lines(answer.written, 500), text.escaped_lines(answer.do, 900)]
    return blocks.message(what, [blocks.section("\n".join(part for part in parts if part.strip()))])


def told(title: str, words: str) -> dict[str, object]:
    """A modal that only tells something; Slack puts it in place of the one that was submitted."""
    return {
        "type": "modal",
        "title": blocks.plain(text.shortened(title, blocks.TITLE)),
        "close": blocks.plain("Close"),
        "blocks": [blocks.section(text.escaped_lines(words, 2900) or "Done.")],
    }
