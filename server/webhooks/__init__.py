"""Telling others when a job ends, as Standard Webhooks has it (https://www.standardwebhooks.com).

``signing`` proves who sent a message, ``outbox`` keeps messages until they have arrived, ``address`` says
where they may go, ``webhooks`` sends them, again and again where it must.
"""

from server.webhooks.address import check_address
from server.webhooks.webhooks import Webhooks

__all__ = ["Webhooks", "check_address"]
