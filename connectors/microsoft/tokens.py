"""Our sign-in at Microsoft: refresh tokens that rotate and lapse, kept in one file for all processes; files nothing.

Each use of a refresh token gives a newer one, and each lives for 90 days from its issue. So the newer one is on disk
before it is used; whoever renews holds a lock on the file, and the others take what it wrote.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from connectors.microsoft.refusals import SYSTEM
from motions.errors import AuthExpired
from motions.ports import Clock

LAPSES_AFTER = timedelta(days=90)  # unused
_SPARE = timedelta(minutes=2)  # an access token is not used up to its last moment

SIGN_IN_AGAIN = (
    "sign in again as a user with the role Referral admin, put the new refresh token into MICROSOFT_REFRESH_TOKEN and "
    "start cosell again (docs/connectors.md, Signing in)"
)


class GrantRefusedError(Exception):
    """Microsoft takes a refresh token no more; the message is its reason."""


@dataclass(frozen=True)
class Granted:
    """What a refresh token bought: an access token for so long, and perhaps the next refresh token."""

    access_token: str
    lasts: timedelta
    refresh_token: str | None = None


@dataclass(frozen=True)
class Kept:
    """What the file holds; `given_at` is when the refresh token in it was issued."""

    refresh_token: str = ""
    given_at: str = ""
    access_token: str = ""
    access_ends_at: str = ""


class TokenFile:
    """One file, readable by this user alone, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Kept:
        """What is kept; nothing when there is no file yet. Raises AuthExpired when it cannot be read."""
        try:
            return Kept(**json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return Kept()
        except (OSError, ValueError, TypeError) as error:
            raise AuthExpired(SYSTEM, f"the sign-in kept in {self._path} cannot be read; {SIGN_IN_AGAIN}") from error

    def write(self, kept: Kept) -> None:
        """Keep this instead: whole or not at all, on disk when this returns."""
        descriptor, draft = tempfile.mkstemp(dir=self._path.parent, prefix=".")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(kept), file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other process and thread out meanwhile."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class Login:
    """Gives access tokens; `renew` exchanges a refresh token and raises GrantRefusedError or Unavailable."""

    def __init__(self, file: TokenFile, first_token: str, renew: Callable[[str], Granted], clock: Clock) -> None:
        self._file = file
        self._first_token = first_token
        self._renew = renew
        self._clock = clock

    def access_token(self) -> str:
        """A token good for now; raises AuthExpired when somebody has to sign in, Unavailable."""
        return self._living(self._file.read()) or self._renewed()

    def refused(self, access_token: str) -> None:
        """The service takes this token no more, although it should."""
        with self._file.alone():
            kept = self._file.read()
            if kept.access_token == access_token:
                self._file.write(replace(kept, access_token=""))

    def lapses_at(self) -> datetime | None:
        """When the refresh token dies if it is not exchanged before; None while there was no exchange yet."""
        given = self._file.read().given_at
        return datetime.fromisoformat(given) + LAPSES_AFTER if given else None

    def _living(self, kept: Kept) -> str | None:
        if not kept.access_token:
            return None
        ends = datetime.fromisoformat(kept.access_ends_at)
        return kept.access_token if self._clock.now() + _SPARE < ends else None

    def _renewed(self) -> str:
        with self._file.alone():
            kept = self._file.read()
            return self._living(kept) or self._exchanged(kept)

    def _exchanged(self, kept: Kept) -> str:
        # The one of the settings comes second: what it was exchanged for is newer, unless a person just put it there.
        refusals: list[str] = []
        for token in dict.fromkeys(filter(None, (kept.refresh_token, self._first_token))):
            try:
                granted = self._renew(token)
            except GrantRefusedError as refusal:
                refusals.append(str(refusal))
                continue
            self._keep(granted, token, kept)
            return granted.access_token
        why = refusals[0] if refusals else "there is no refresh token"
        raise AuthExpired(SYSTEM, f"cosell's sign-in has lapsed ({why}); {SIGN_IN_AGAIN}")

    def _keep(self, granted: Granted, token: str, kept: Kept) -> None:
        now = self._clock.now()
        is_same = granted.refresh_token is None and token == kept.refresh_token
        self._file.write(
            Kept(
                refresh_token=granted.refresh_token or token,
                given_at=kept.given_at if is_same else now.isoformat(),
                access_token=granted.access_token,
                access_ends_at=(now + granted.lasts).isoformat(),
            )
        )
