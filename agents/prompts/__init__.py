"""The prompts as files, each with an owner and a version; knows no context and no model."""

import hashlib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Prompt:
    """One system prompt; `digest` changes with every byte of it."""

    name: str
    owner: str
    version: str
    body: str
    digest: str

    @property
    def label(self) -> str:
        """What logs and transcripts call it: 'brief v1 5f2c81d09a3e'."""
        return f"{self.name} v{self.version} {self.digest}"


def read_prompt(name: str) -> Prompt:
    """The prompt in the file of this name: an owner line, a version line, an empty line, the text."""
    text = resources.files(__name__).joinpath(f"{name}.md").read_text("utf-8")
    head, _, body = text.partition("\n\n")
    named = dict(line.split(": ", 1) for line in head.splitlines())
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(name, named["owner"], named["version"], body.strip(), digest)
