"""Fetches the official file from the Hugging Face hub, resuming where it stopped."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from burnish.registries.weights import EmbeddedModel

CONNECT_TIMEOUT_S = 5.0
CHUNK = 1 << 20


class UnreachableError(Exception):
    """The hub did not give the whole file; what came is kept in the partial file."""


def url(model: EmbeddedModel) -> str:
    """Where the file lies; HF_ENDPOINT names a mirror, as it does for the hub's own tools."""
    endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    return f"{endpoint.rstrip('/')}/{model.repository}/resolve/main/{model.file}"


def fetch(model: EmbeddedModel, partial: Path, tell: Callable[[int, int, str], None]) -> None:
    """Append what is missing to `partial`. The caller verifies it.

    Raises:
        UnreachableError: no connection within 5 s, an HTTP error, or the connection broke.
        OSError: `partial` cannot be written.
    """
    have = partial.stat().st_size if partial.exists() else 0
    if have > model.size_bytes:
        partial.unlink()
        have = 0
    if have == model.size_bytes:
        return
    request = urllib.request.Request(url(model), headers={"User-Agent": "burnish"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    tell(have, model.size_bytes, "asking the hub")
    try:
        response = urllib.request.urlopen(request, timeout=CONNECT_TIMEOUT_S)
    except (OSError, HTTPException, ValueError) as error:  # URLError is an OSError
        raise UnreachableError(_reason(error)) from error
    with response:
        have = have if response.status == 206 else 0
        length = response.headers.get("Content-Length")
        if length is not None and have + int(length) != model.size_bytes:  # e.g. a log-in page
            raise UnreachableError(f"it offers {length} bytes, which is not the file")
        _append(response, partial, have, (model.size_bytes, tell))


def _append(
    response: object,
    partial: Path,
    have: int,
    watch: tuple[int, Callable[[int, int, str], None]],
) -> None:
    total, tell = watch
    with partial.open("ab" if have else "wb") as out:
        while True:
            try:
                block: bytes = response.read(CHUNK)  # type: ignore[attr-defined]
            except (OSError, HTTPException) as error:
                raise UnreachableError(_reason(error)) from error
            if not block:
                break
            out.write(block)
            have += len(block)
            if have > total:
                raise UnreachableError(f"it sent more than the {total} bytes expected")
            tell(have, total, "fetching from the hub")
    if have < total:
        raise UnreachableError(f"the connection ended after {have} of {total} bytes")


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason)
