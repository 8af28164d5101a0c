"""Counters and histograms of the house, in one registry, in Prometheus' text form.

A module defines its own at import: `PAID = counter("orders_paid", "Orders paid", "provider")`.
Labels are few and bounded: a route, a provider, never a tenant, an id or an address.
"""

from collections.abc import Sequence
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

REGISTRY = CollectorRegistry(auto_describe=True)
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# Seconds; from a cached page to a payment provider on a bad day.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_NAMESPACE = "kram"

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each one, which nobody asks for


def counter(name: str, meaning: str, *labels: str) -> Counter:
    """Exposed as `kram_<name>_total`."""
    return Counter(name, meaning, labels, namespace=_NAMESPACE, registry=REGISTRY)


def gauge(name: str, meaning: str, *labels: str) -> Gauge:
    """Over several processes the live ones' values are summed."""
    return Gauge(
        name,
        meaning,
        labels,
        namespace=_NAMESPACE,
        registry=REGISTRY,
        multiprocess_mode="livesum",
    )


def histogram(
    name: str, meaning: str, *labels: str, buckets: Sequence[float] = _BUCKETS
) -> Histogram:
    """Durations in seconds, so `name` ends in `_seconds`."""
    return Histogram(
        name, meaning, labels, namespace=_NAMESPACE, registry=REGISTRY, buckets=buckets
    )


def render(multiprocess_folder: Path | None = None) -> bytes:
    """All metrics of this process or, given the folder that processes share, of all of them.

    The processes share it if PROMETHEUS_MULTIPROC_DIR was set when they started; empty it first.
    """
    if multiprocess_folder is None:
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=str(multiprocess_folder))  # type: ignore[no-untyped-call]
    return generate_latest(shared)
