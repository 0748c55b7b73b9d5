"""Other companies' programs over HTTPS: a text goes, a text comes back; knows no message and no key."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from motions.errors import Unavailable
from motions.ports import Reply

SYSTEM = "the partner's cosell"
LARGEST = 8 * 1024 * 1024
SECONDS = 20.0  # shorter than the lease of an effect


@dataclass(frozen=True)
class HttpInstances:
    """`motions.ports.Instances`; no proxy and no redirect of the environment's leads elsewhere."""

    seconds: float = SECONDS

    def post(self, url: str, text: str, headers: Mapping[str, str]) -> Reply:
        """POST a text; Unavailable when nothing readable came back: whoever repeats it changes nothing twice."""
        try:
            with (
                httpx.Client(timeout=self.seconds, trust_env=False, follow_redirects=False) as client,
                client.stream("POST", url, content=text.encode(), headers={**_JSON, **headers}) as answer,
            ):
                return Reply(answer.status_code, _read(answer), {k.lower(): v for k, v in answer.headers.items()})
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(SYSTEM, "it cannot be reached; nothing was written there") from error
        except (httpx.HTTPError, ValueError) as error:
            said = f"its answer was lost ({type(error).__name__}); whether it took anything, the next attempt tells"
            raise Unavailable(SYSTEM, said) from error


_JSON = {"Content-Type": "application/json"}


def _read(answer: httpx.Response) -> str:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise ValueError("the answer has no end")
    return body.decode()
