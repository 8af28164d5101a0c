"""Telegram's JSON objects, as the Bot API sends them: absent fields are left out."""
