"""Who does something: written into every timeline, ledger and log line."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    MERCHANT = "merchant"
    SHOPPER = "shopper"
    PROVIDER = "provider"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is a merchant's or customer's UUID, a provider's name, or the job's name."""

    kind: ActorKind
    id: str
    name: str

    @classmethod
    def system(cls, job: str) -> "Actor":
        return cls(ActorKind.SYSTEM, job, "Kram")
