"""What a job makes, of a request's words."""

from __future__ import annotations

import pytest

from pipelines.service import CutoutService
from server.api.jobs.asking import OrderWish, order_of

pytestmark = pytest.mark.weights


def test_presets_cut_like_the_recipes_beside_them_and_are_made_alike_with_them(
    service: CutoutService,
) -> None:
    recipe = {"model": "u2netp", "background": "tan", "even": {"exposure": 1, "white": 0.5}}
    order = order_of(OrderWish(recipes={"shop": recipe}, presets=["ebay"]), service)
    shop, ebay = (variant.recipe for variant in order.variants)
    assert ebay.cut() == shop.cut()
    assert (ebay.even.exposure, ebay.even.white) == (1, 0.5)
    assert ebay.background != shop.background
