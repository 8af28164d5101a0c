"""The one tree of settings, read once from the environment when a process starts."""

import base64
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from kram.app import colours
from kram.app.health import BEATING, heartbeat_file
from kram.kit.crypto import BadKeyRing, KeyRing
from kram.kit.db.scope import APP_ROLE, HOT_ROLE
from kram.kit.proxies import Network, read_networks

_VALKEY = ("redis://", "rediss://", "unix://")
_QUEUES = (*_VALKEY, "amqp://", "amqps://")


class BotMode(StrEnum):
    """How updates come from Telegram; polling needs no address that Telegram can reach."""

    WEBHOOK = "webhook"
    POLLING = "polling"


class SettingMissing(SystemExit):
    """Ends the process with one sentence that names what is missing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses carry no trailing slash. `*_seconds`, `*_bytes` say their units."""

    environment: str
    database_url: str
    """The owner's address: provisioning and migrations only."""
    redis_url: str
    broker_url: str
    public_url: str
    storage_url: str
    data_dir: Path
    heartbeats: Mapping[str, Path]
    """Where processes without a port leave their sign of life, by name."""
    keys: KeyRing
    telegram_api_url: str
    bot_mode: BotMode
    acquirer_url: str | None
    """The sandbox acquirer; None: shops collect cash on delivery alone."""
    telegram_control_url: str | None
    """The local Bot API server's own door, where bots are made; None with the real Telegram."""
    web_host: str
    web_port: int
    trusted_proxies: tuple[Network, ...]
    """Believed when they say whom they speak for; nobody by default."""
    shows_metrics: bool
    """Whether the web process answers `/metrics`; a proxy in front must then keep it inside."""
    coloured_logs: bool
    relay_lease: timedelta
    """How long a handler may take before its row is handed out once more."""

    @property
    def app_database_url(self) -> str:
        return self._as_role(APP_ROLE)

    @property
    def hot_database_url(self) -> str:
        return self._as_role(HOT_ROLE)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def is_development(self) -> bool:
        return self.environment == "development"

    def role_password(self, role: str) -> str:
        """Known to every process that holds the keys; `kram migrate` sets it on the server."""
        return base64.urlsafe_b64encode(self.keys.derive(f"database role {role}")).decode()

    def _as_role(self, role: str) -> str:
        parts = urlsplit(self.database_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            parts._replace(netloc=f"{role}:{quote(self.role_password(role), safe='')}@{host}")
        )


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingMissing with the name of the first setting that is absent or makes no sense."""

    def need(name: str) -> str:
        value = environ.get(name)
        if not value:
            raise SettingMissing(f"{name} is not set. `make up` sets it; see .env.example.")
        return value

    redis_url = _address("KRAM_REDIS_URL", need("KRAM_REDIS_URL"), _VALKEY)
    broker_url = environ.get("KRAM_BROKER_URL") or redis_url
    return Settings(
        environment=environ.get("KRAM_ENVIRONMENT", "production"),
        database_url=need("KRAM_DATABASE_URL"),
        redis_url=redis_url,
        broker_url=_address("KRAM_BROKER_URL", broker_url, _QUEUES),
        public_url=need("KRAM_PUBLIC_URL").rstrip("/"),
        storage_url=need("KRAM_STORAGE_URL"),
        data_dir=Path(environ.get("KRAM_DATA_DIR", ".kram")),
        heartbeats={name: heartbeat_file(environ, name) for name in BEATING},
        keys=_keys(need("KRAM_SECRET_KEY")),
        telegram_api_url=environ.get("KRAM_TELEGRAM_API_URL", "https://api.telegram.org").rstrip(
            "/"
        ),
        bot_mode=_bot_mode(environ.get("KRAM_BOT_MODE") or BotMode.WEBHOOK),
        telegram_control_url=environ.get("KRAM_TELEGRAM_CONTROL_URL"),
        acquirer_url=environ.get("KRAM_ACQUIRER_URL"),
        web_host=environ.get("KRAM_WEB_HOST", "127.0.0.1"),
        web_port=int(environ.get("KRAM_WEB_PORT", "8400")),
        trusted_proxies=_networks(environ.get("KRAM_TRUSTED_PROXIES", "")),
        shows_metrics=environ.get("KRAM_METRICS", "0") == "1",
        coloured_logs=colours.wanted(environ, sys.stderr),
        relay_lease=timedelta(seconds=float(environ.get("KRAM_RELAY_LEASE_SECONDS", "20"))),
    )


def _address(name: str, url: str, schemes: tuple[str, ...]) -> str:
    if not url.startswith(schemes):
        raise SettingMissing(f"{name} begins with none of {', '.join(schemes)}.")
    try:
        _ = urlsplit(url).port
    except ValueError as error:
        # Not the error's own words: they may quote a piece of the password.
        raise SettingMissing(
            f"{name} is no address: its port is a number, and / : @ in its password are written %2F"
            " %3A %40."
        ) from error
    return url


def _bot_mode(text: str) -> BotMode:
    try:
        return BotMode(text)
    except ValueError as error:
        raise SettingMissing(f"KRAM_BOT_MODE is {' or '.join(BotMode)}, not {text}.") from error


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return read_networks(text)
    except ValueError as error:
        raise SettingMissing(
            f"KRAM_TRUSTED_PROXIES lists networks, such as 10.0.0.0/8, fd00::/8: {error}."
        ) from error


def _keys(text: str) -> KeyRing:
    try:
        return KeyRing.parse(text)
    except BadKeyRing as error:
        raise SettingMissing(
            f"KRAM_SECRET_KEY (under `make up` from .kram/secret.key): {error}."
        ) from error
