import os
import subprocess
import sys
from pathlib import Path

from kram.kit import metrics

ORDERS = metrics.counter("test_orders", "Orders of this test", "provider")
WAITING = metrics.gauge("test_waiting", "Waiting of this test")
SECONDS = metrics.histogram("test_seconds", "Time of this test", buckets=(0.1, 1))


def test_metrics_are_written_as_prometheus_reads_them() -> None:
    ORDERS.labels("stars").inc(2)
    WAITING.set(3)
    SECONDS.observe(0.5)
    lines = metrics.render().decode().splitlines()
    assert 'kram_test_orders_total{provider="stars"} 2.0' in lines
    assert "kram_test_waiting 3.0" in lines
    assert 'kram_test_seconds_bucket{le="0.1"} 0.0' in lines
    assert 'kram_test_seconds_bucket{le="1.0"} 1.0' in lines


PROCESS = """
from kram.kit.metrics import counter
counter("shared_orders", "Orders of two processes").inc(2)
"""


def test_processes_that_share_a_folder_are_summed(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", PROCESS], env=environment, check=True)
    assert "kram_shared_orders_total 4.0" in metrics.render(tmp_path).decode().splitlines()
