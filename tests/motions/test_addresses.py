"""What partners.yml may say of a partner's own cosell."""

import pytest

from motions.addresses import a_door, a_key


@pytest.mark.parametrize(
    "url", ["https://cosell.example.com", "https://cosell.example.com:8443/", "http://127.0.0.1:8401"]
)
def test_an_address_is_kept_without_the_slash_at_its_end(url: str) -> None:
    assert a_door(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://cosell.example.com",
        "https://",
        "cosell.example.com",
        "https://who@cosell.example.com",
        "https://cosell.example.com/partners",
        "https://cosell.example.com?to=elsewhere",
        "https://cosell.example.com#here",
        "ftp://127.0.0.1",
    ],
)
def test_an_address_that_would_lead_elsewhere_or_in_the_clear_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        a_door(url)


def test_a_key_is_32_bytes_of_base64() -> None:
    key = "A" * 43 + "="

    assert a_key(key) == key


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!", "ü" * 44])
def test_anything_else_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="cosell keys show"):
        a_key(key)
