"""What a merchant may choose for their bot."""

from typing import Any

import pytest

from kram.integrations.telegram.settings import (
    MOST_CUSTOM_COMMANDS,
    AutoReply,
    BotSettings,
    BotSettingsRefused,
    CustomCommand,
    read_settings,
    write_settings,
)


def test_what_was_written_is_read() -> None:
    settings = BotSettings(
        welcome="Hi",
        commands=(CustomCommand("hours", "When", "9-18"),),
        auto_replies=(AutoReply(("tea", "чай"), "Yes"),),
    )
    assert read_settings(write_settings(settings)) == settings


def test_texts_are_written_without_what_cannot_be_seen() -> None:
    settings = BotSettings(
        welcome="\u202eHi\r\nthere\u200b",
        commands=(CustomCommand("hours", "\u2066When", "9\u200b-18"),),
        auto_replies=(AutoReply(("te\u200ba",), "Yes\u2069"),),
    )
    assert read_settings(write_settings(settings)) == BotSettings(
        welcome="Hi\nthere",
        commands=(CustomCommand("hours", "When", "9-18"),),
        auto_replies=(AutoReply(("tea",), "Yes"),),
    )


def test_nothing_stored_is_kram_as_it_comes_and_unknown_fields_are_passed_over() -> None:
    assert read_settings({}) == BotSettings()
    assert read_settings({"of_the_next_release": 1, "welcome": "Hi"}).welcome == "Hi"


@pytest.mark.parametrize("name", ["start", "staff", "Hours", "9am", "a-b", "", "a" * 33, "години"])
def test_a_command_that_is_taken_or_no_command_is_refused(name: str) -> None:
    with pytest.raises(BotSettingsRefused):
        write_settings(BotSettings(commands=(CustomCommand(name, "About", "x"),)))


@pytest.mark.parametrize(
    "settings",
    [
        BotSettings(welcome="x" * 1001),
        BotSettings(commands=(CustomCommand("a", "x", "y"), CustomCommand("a", "x", "y"))),
        BotSettings(commands=(CustomCommand("a", "", "y"),)),
        BotSettings(auto_replies=(AutoReply(("  ",), "y"),)),
        BotSettings(
            commands=tuple(
                CustomCommand(f"c{number}", "x", "y") for number in range(MOST_CUSTOM_COMMANDS + 1)
            )
        ),
    ],
)
def test_what_telegram_would_not_take_is_refused(settings: Any) -> None:
    with pytest.raises(BotSettingsRefused):
        write_settings(settings)
