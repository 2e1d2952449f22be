"""What drives a batch in these tests: ``python -m tests.cluster.driver SOURCE TARGET ADDRESS``."""

from __future__ import annotations

import sys

from pipelines.batch.order import Order, Variant
from pipelines.cluster.connection import Pool
from pipelines.cluster.engine import ClusterBatch, photos_of, run
from pipelines.recipe import Recipe
from pipelines.settings import load_settings
from tests.cluster.quick import quick_service

ORDER = Order.of(
    [
        Variant("shop", Recipe.read({"model": "fast", "background": "white", "output": {"format": "jpg"}})),
        Variant("print", Recipe(model="fast")),
    ]
)
POOL = Pool(least=2, most=3)


def main(source: str, target: str, address: str) -> None:
    """Run a batch to its end; its counts go to standard output."""
    batch = ClusterBatch(source, target, ORDER, load_settings(), POOL, address, service=quick_service)
    ended = run(batch, photos_of(source, target), lambda _: None)
    print(ended.counts.done, ended.counts.failed)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
