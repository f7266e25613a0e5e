"""Serves an embedded model in the foreground, for other programs on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable

from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import embedded, weights
from burnish.registries.embedded import EmbeddedServer, ServerOptions


def serve(
    name: str = weights.DEFAULT,
    port: int = 0,
    host: str = embedded.LOOPBACK,
    *,
    announce: Callable[[str, str], None],
    progress: Callable[[str], None] | None = None,
) -> None:
    """Run an OpenAI-compatible server of an embedded model until Ctrl-C.

    Args:
        name: An embedded model.
        port: Port to listen on; 0 for a free one.
        host: Address to listen on. Other machines can only reach it at another address than the
            default; requests then travel unencrypted, the key with them.
        announce: Called once, when the server answers, with the API base and the key that every
            request must carry.
        progress: Told in words while the model loads.

    Raises:
        InputError: no such model, or the port or address cannot be used.
        ModelUnavailableError: a package or the weights are missing, or the server ended by itself.
        KeyboardInterrupt: Ctrl-C; the server is stopped by then.
    """
    path = weights.require(name)
    embedded.require_installed()
    _check_free(host, port)
    server = EmbeddedServer(path, ServerOptions(host=host, port=port))
    try:
        server.wait_ready(progress or (lambda message: None), embedded.START_TIMEOUT_S)
        announce(f"{server.url}/v1", server.key)
        server.wait()
        raise ModelUnavailableError(
            f"the server of {path.name} ended by itself.", remedy="Start it again."
        )
    finally:
        server.stop()


def _check_free(host: str, port: int) -> None:
    if not 0 <= port <= 65535:
        raise InputError(f"port {port} does not exist.", remedy="Use 0 (any free one) to 65535.")
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise InputError(
            f"cannot listen on {host}:{port}: {error.strerror or error}.",
            remedy="Choose another port; 0 takes a free one.",
        ) from None
