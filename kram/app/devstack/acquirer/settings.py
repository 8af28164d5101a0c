"""What the acquirer is started with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kram.app.devstack.acquirer.acquirer import Config
from kram.billing.providers.sandbox import sandbox_secrets
from kram.kit.crypto import KeyRing

SHORT_RETRY_SECONDS = (0, 1, 2, 5, 10, 30, 60, 300, 900, 3600)
"""A developer restarts the shop in the middle: the next attempt should not be hours away."""


@dataclass(frozen=True)
class AcquirerSettings:
    """`public_url`: where browsers find its pages; its path is where it is mounted."""

    port: int
    public_url: str
    data_dir: Path | None
    keys: KeyRing

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "AcquirerSettings":
        """Raises KeyError without KRAM_SECRET_KEY, from which merchants' secrets are derived."""
        folder = environment.get("KRAM_DATA_DIR")
        port = int(environment.get("KRAM_ACQUIRER_PORT", "8402"))
        return cls(
            port=port,
            public_url=environment.get(
                "KRAM_ACQUIRER_URL", f"http://127.0.0.1:{port}/sandbox-pay"
            ).rstrip("/"),
            data_dir=Path(folder) if folder else None,
            keys=KeyRing.parse(environment["KRAM_SECRET_KEY"]),
        )

    @property
    def config(self) -> Config:
        return Config(
            public_url=self.public_url,
            secret_of=lambda merchant_id: sandbox_secrets(self.keys, merchant_id)[0],
            journal=self.data_dir / "acquirer.jsonl" if self.data_dir else None,
            retry_seconds=SHORT_RETRY_SECONDS,
        )
