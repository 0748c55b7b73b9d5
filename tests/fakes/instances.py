"""The programs of other companies in memory: each address is answered by whoever was put there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from motions.errors import Unavailable
from motions.ports import Reply

Answering = Callable[[str, Mapping[str, str]], Reply]


@dataclass
class FakeInstances:
    """Implements `motions.ports.Instances`; nobody is at home until somebody is put there."""

    there: dict[str, Answering] = field(default_factory=dict)
    sent: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def post(self, url: str, text: str, headers: Mapping[str, str]) -> Reply:
        self.sent.append((url, text, headers))
        if url not in self.there:
            raise Unavailable("the partner's cosell", "it cannot be reached; nothing was written there")
        return self.there[url](text, headers)
