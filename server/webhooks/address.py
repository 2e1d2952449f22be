"""Where a webhook may go: out to the public internet over https, or to hosts that the operator lists."""

from __future__ import annotations

from pipelines.errors import UrlInvalid, UrlNotAllowed, UrlsOff
from pipelines.settings import Settings
from server.fetching.policy import Place, UrlPolicy
from server.fetching.rules import HostRules


def policy_of(settings: Settings) -> UrlPolicy | None:
    """What the settings allow; None for nothing.

    Raises:
        SettingsError: the list of hosts can't be read.
    """
    rules = HostRules.of(settings.webhook_hosts, "CUTAWAY_WEBHOOK_HOSTS")
    off = settings.webhooks == "off" or settings.offline
    return None if off else UrlPolicy(rules, everyone=settings.webhooks == "public")


def place_of(policy: UrlPolicy | None, url: str) -> Place:
    """Judge an address by its form; what its host resolves to is judged when it is dialled.

    Raises:
        UrlsOff: nothing is sent from this server.
        UrlInvalid: it is no web address.
        UrlNotAllowed: nothing is sent there.
    """
    if policy is None:
        raise UrlsOff("This server sends no webhooks. Ask for the job's state instead.")
    try:
        place = policy.place(url)
    except UrlNotAllowed:
        raise UrlNotAllowed(
            "Webhooks are not sent to this address. It must be https, of a public host, on port 443, without "
            "a user name; whoever runs the server can list others."
        ) from None
    except UrlInvalid:
        raise UrlInvalid("The webhook's address is no web address that can be read.") from None
    if place.url.scheme != "https" and not place.listed:
        raise UrlNotAllowed("A webhook's address must begin with https.")
    return place


def check_address(settings: Settings, url: str) -> None:
    """See :func:`place_of`."""
    place_of(policy_of(settings), url)
