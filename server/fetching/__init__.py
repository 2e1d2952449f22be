"""Fetching pictures from web addresses that strangers name, without being led astray.

``addresses`` says which addresses are public, ``rules`` reads the list of hosts, ``policy`` decides
what may be asked for, ``network`` dials only what was decided, and ``fetcher`` puts it together.
"""

from server.fetching.fetcher import Fetcher

__all__ = ["Fetcher"]
