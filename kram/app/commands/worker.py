"""`kram worker`: what a deployment starts most often, by its own name."""

from kram.app.commands import stack


def worker() -> None:
    """Run a worker in the foreground: the same as `kram run worker`."""
    stack.run("worker")
