"""Files of an object store or a distributed file system, through pyarrow or fsspec."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyarrow as pa
from pyarrow import fs

from pipelines.batch.places import Files, FolderFiles, Found, is_url
from pipelines.errors import InputError, SourceUnavailable, StoreUnavailable
from pipelines.limits import Limits

_WHOLE: Final = ("s3", "gcs", "abfs")
"""Stores in which a file appears when all of it is there, and that have no folders to be made."""


class ArrowFiles:
    """The files below an address such as ``s3://bucket/prefix``.

    Who may read them, and where the store is, is said by its usual environment variables (of S3:
    ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``, ``AWS_ENDPOINT_URL``).

    Args:
        url: the address.
    Raises:
        InputError: it can't be understood, or its kind is not supported here.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = _shown(url)
        self._system, self._root = _opened(self._url)
        self._whole = self._system.type_name in _WHOLE

    def __reduce__(self) -> tuple[type[ArrowFiles], tuple[str]]:
        """On another machine the address is opened anew, with what that machine may."""
        return type(self), (self._url,)

    def found(self, folder: str = "") -> Iterator[Found]:
        """See :meth:`pipelines.batch.places.Files.found`."""
        selector = fs.FileSelector(self._at(folder).rstrip("/"), recursive=True, allow_not_found=True)
        try:
            infos = self._system.get_file_info(selector)
        except OSError as error:
            raise SourceUnavailable(f"{self._name} can't be read: {_said(error)}.") from error
        for info in infos:
            if info.type == fs.FileType.File:
                path = info.path[len(self._root) :].lstrip("/")
                yield Found(path, info.size, f"{info.size} {info.mtime_ns}")

    def photo(self, path: str, limits: Limits) -> bytes:
        """See :meth:`pipelines.batch.places.Files.photo`.

        Raises:
            StoreUnavailable: the store does not answer, or lets nobody in.
        """
        try:
            with self._system.open_input_file(self._at(path)) as file:
                limits.check_bytes(file.size())
                return bytes(file.read())
        except FileNotFoundError:
            raise SourceUnavailable(f"{path} is not there any more.") from None
        except (OSError, pa.ArrowException) as error:
            raise StoreUnavailable(f"{self._name} can't be read: {_said(error)}.") from error

    def read(self, path: str) -> bytes:
        """See :meth:`pipelines.batch.places.Files.read`."""
        with self._system.open_input_file(self._at(path)) as file:
            return bytes(file.read())

    def write(self, path: str, data: bytes) -> None:
        """See :meth:`pipelines.batch.places.Files.write`.

        Raises:
            StoreUnavailable: the store does not answer, or lets nobody write.
        """
        target = self._at(path)
        try:
            if self._whole:
                self._put(target, data)
                return
            self._system.create_dir(target.rpartition("/")[0], recursive=True)
            part = f"{target.rpartition('/')[0]}/.cutaway-{secrets.token_hex(8)}.part"
            self._put(part, data)
            self._system.move(part, target)
        except (OSError, pa.ArrowException) as error:
            raise StoreUnavailable(f"{self._name} can't be written to: {_said(error)}.") from error

    def remove(self, path: str) -> None:
        """See :meth:`pipelines.batch.places.Files.remove`."""
        try:
            self._system.delete_file(self._at(path))
        except FileNotFoundError:
            return
        except (OSError, pa.ArrowException) as error:
            raise StoreUnavailable(f"{self._name} can't be written to: {_said(error)}.") from error

    def clear(self, folder: str) -> None:
        """See :meth:`pipelines.batch.places.Files.clear`."""
        try:
            self._system.delete_dir_contents(self._at(folder), missing_dir_ok=True)
        except (OSError, pa.ArrowException) as error:
            raise StoreUnavailable(f"{self._name} can't be written to: {_said(error)}.") from error

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _put(self, target: str, data: bytes) -> None:
        with self._system.open_output_stream(target) as stream:
            stream.write(data)


def opened(place: str) -> Files:
    """The files of a folder of this machine, or below an address.

    Args:
        place: an absolute path, or an address.
    Raises:
        InputError: see :class:`ArrowFiles`.
    """
    return ArrowFiles(place) if is_url(place) else FolderFiles(Path(place))


def _opened(url: str) -> tuple[Any, str]:
    try:
        system, root = fs.FileSystem.from_uri(_in_one_request(url))
    except (pa.ArrowInvalid, ValueError):  # a kind that pyarrow does not know by itself
        try:
            system, root = fs.FileSystem.from_uri(f"fsspec+{url}")
        except (pa.ArrowException, OSError, ValueError, ImportError) as error:
            raise InputError(f"{_shown(url)} can't be opened: {_said(error)}.") from error
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{_shown(url)} can't be opened: {_said(error)}.") from error
    if not root.strip("/"):
        raise InputError(f"{_shown(url)} can't be opened: it names no place.")
    return system, root.rstrip("/")


def _in_one_request(url: str) -> str:
    """The address, and of S3 the wish that a small file is written in one request instead of three."""
    if urlsplit(url).scheme != "s3" or "allow_delayed_open" in url:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}allow_delayed_open=true"


def _shown(url: str) -> str:
    """The address without a login that it may hold, and without what follows a question mark."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:300].rstrip(".")
