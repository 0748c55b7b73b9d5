"""The sign-in: it rotates, survives crashes and company, and says in time and in words when a person is needed."""

import json
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.microsoft.tokens import LAPSES_AFTER, Granted, GrantRefusedError, Login, TokenFile
from motions.errors import AuthExpired, Unavailable
from tests.connectors.microsoft.microsoft_world import Emulator, StillClock


def kept(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "sign-in.json").read_text())
    return found


def test_a_new_refresh_token_is_kept_and_the_old_one_is_never_presented_again(
    emulator: Emulator, tmp_path: Path
) -> None:
    login = emulator.signed_in(tmp_path)
    tokens = [login.access_token()]
    for _ in range(3):
        emulator.clock.advance(timedelta(hours=1))
        tokens.append(login.access_token())

    assert len(set(tokens)) == 4
    assert [call["status"] for call in emulator.calls("token")] == [200] * 4


def test_an_access_token_is_used_until_it_ends(emulator: Emulator, tmp_path: Path) -> None:
    login = emulator.signed_in(tmp_path)

    assert login.access_token() == login.access_token() == emulator.signed_in(tmp_path).access_token()
    assert len(emulator.calls("token")) == 1


def test_only_this_user_can_read_the_file(emulator: Emulator, tmp_path: Path) -> None:
    emulator.signed_in(tmp_path / "keys").access_token()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {"sign-in.json": 0o600, "sign-in.lock": 0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_several_at_once_renew_once(emulator: Emulator, tmp_path: Path) -> None:
    first = emulator.control("/sign_in")["refresh_token"]
    logins = [emulator.signed_in(tmp_path, first) for _ in range(6)]
    got: list[str] = []
    threads = [threading.Thread(target=lambda each=each: got.append(each.access_token())) for each in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(got), len(set(got)), len(emulator.calls("token"))) == (6, 1, 1)


def test_a_sign_in_unused_for_ninety_days_has_lapsed_and_the_words_say_what_to_do(
    emulator: Emulator, tmp_path: Path
) -> None:
    login = emulator.signed_in(tmp_path)
    login.access_token()
    emulator.clock.advance(LAPSES_AFTER + timedelta(days=1))

    with pytest.raises(AuthExpired) as lapsed:
        login.access_token()

    assert "AADSTS700082" in str(lapsed.value)
    assert "Referral admin" in str(lapsed.value)
    assert "MICROSOFT_REFRESH_TOKEN" in str(lapsed.value)


def test_a_person_s_new_token_is_taken_once_the_kept_one_is_dead(emulator: Emulator, tmp_path: Path) -> None:
    emulator.signed_in(tmp_path).access_token()
    emulator.control("/logins", revoke=True)
    emulator.clock.advance(timedelta(hours=1))

    again = emulator.signed_in(tmp_path)

    assert again.access_token()
    assert [call["status"] for call in emulator.calls("token")] == [200, 400, 200]


def test_after_a_lost_answer_of_the_exchange_the_kept_token_is_presented_again(
    emulator: Emulator, tmp_path: Path
) -> None:
    login = emulator.signed_in(tmp_path)
    emulator.fault("token", "drop_after_commit")

    with pytest.raises(Unavailable):
        login.access_token()

    assert login.access_token()


def test_a_wrong_secret_is_a_matter_of_settings(emulator: Emulator, tmp_path: Path) -> None:
    login = emulator.signed_in(tmp_path, secret="wrong")

    with pytest.raises(AuthExpired, match="MICROSOFT_CLIENT_SECRET"):
        login.access_token()


def test_an_outage_of_the_sign_in_says_nothing_about_the_token(emulator: Emulator, tmp_path: Path) -> None:
    login = emulator.signed_in(tmp_path)
    emulator.fault("token", "http_503_html")

    with pytest.raises(Unavailable):
        login.access_token()
    assert login.access_token()


def test_a_file_nobody_can_read_asks_for_a_new_sign_in(emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "sign-in.json").write_text('{"refresh')

    with pytest.raises(AuthExpired, match="cannot be read"):
        emulator.signed_in(tmp_path).access_token()


def test_without_any_token_nothing_is_asked(tmp_path: Path) -> None:
    def never(_token: str) -> Granted:
        raise AssertionError("nothing to exchange")

    with pytest.raises(AuthExpired, match="no refresh token"):
        Login(TokenFile(tmp_path / "x.json"), "", never, StillClock()).access_token()


def test_it_lapses_ninety_days_after_the_last_refresh_token(emulator: Emulator, tmp_path: Path) -> None:
    login = emulator.signed_in(tmp_path)
    before = login.lapses_at()
    login.access_token()
    first = login.lapses_at()
    emulator.clock.advance(timedelta(days=30))
    login.access_token()

    assert (before, first) == (None, emulator.clock.now() - timedelta(days=30) + LAPSES_AFTER)
    assert login.lapses_at() == emulator.clock.now() + LAPSES_AFTER


def test_a_sign_in_that_is_not_rotated_keeps_the_age_of_its_token(emulator: Emulator, tmp_path: Path) -> None:
    login = emulator.signed_in(tmp_path)
    login.access_token()
    first = login.lapses_at()
    emulator.control("/logins", rotates=False)
    emulator.clock.advance(timedelta(days=40))
    login.access_token()

    assert login.lapses_at() == first
    assert kept(tmp_path)["refresh_token"]


def test_an_access_token_the_service_refuses_is_replaced_once_for_all(tmp_path: Path) -> None:
    renewed = iter(["first", "second"])
    login = Login(
        TokenFile(tmp_path / "x.json"), "r", lambda _: Granted(next(renewed), timedelta(hours=1)), StillClock()
    )
    old = login.access_token()

    login.refused(old)
    new = login.access_token()
    login.refused(old)  # somebody else noticed too, later

    assert (old, new, login.access_token()) == ("first", "second", "second")


def test_a_refused_exchange_is_told_with_microsoft_s_reason(tmp_path: Path) -> None:
    def refuse(token: str) -> Granted:
        raise GrantRefusedError(f"AADSTS50173: {token} was revoked.")

    with pytest.raises(AuthExpired, match="AADSTS50173: r was revoked"):
        Login(TokenFile(tmp_path / "x.json"), "r", refuse, StillClock()).access_token()
