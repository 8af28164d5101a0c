"""What the simulator is started with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PhoneSettings:
    """Port on loopback, the folder that keeps the state, Kram's own address for links."""

    port: int
    data_dir: Path | None
    public_url: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "PhoneSettings":
        folder = environment.get("KRAM_DATA_DIR")
        return cls(
            port=int(environment.get("KRAM_PHONE_PORT", "8401")),
            data_dir=Path(folder) if folder else None,
            public_url=environment.get("KRAM_PUBLIC_URL", "http://127.0.0.1:8400"),
        )
