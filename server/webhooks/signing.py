"""Who sent a message: its signature, as Standard Webhooks has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

from pipelines.errors import RecipeError

_PREFIX: Final = "whsec_"
_BYTES: Final = range(24, 65)
"""How long a key may be: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md."""


def key_of(secret: str) -> bytes:
    """The key that a secret stands for.

    Raises:
        RecipeError: it is none: ``whsec_`` and then, in base64, 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) not in _BYTES:
        raise RecipeError(
            "A webhook's secret is whsec_ and then 24 to 64 bytes in base64. Leave it out to have one made."
        )
    return key


def headers_of(key: bytes, message: str, seconds: int, body: bytes) -> dict[str, str]:
    """What is sent with a message so that whoever gets it can see that it is genuine and new.

    Args:
        key: shared with the receiver.
        message: its id, the same each time that it is sent.
        seconds: since 1970, now.
        body: its bytes.
    """
    signed = f"{message}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
