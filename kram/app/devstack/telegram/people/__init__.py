"""What a user of Telegram does: writes, taps, pays, blocks, opens a Mini App."""
