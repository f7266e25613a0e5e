"""A Docker Engine of the tests' own, which they may stop, fill and break."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from burnish.sandbox.images import image_tag
from tests.sandbox.test_lifecycle import wait_until

DISK_BYTES = 700 << 20


class OwnEngine:
    """dockerd with its data in a small tmpfs, beside the one of this machine."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="burnish-engine-"))
        self.host = f"unix://{self.folder}/socket"
        self.data = self.folder / "data"
        self.data.mkdir()
        self._log = (self.folder / "log").open("wb")
        self._process: subprocess.Popen[bytes] | None = None
        options = f"size={DISK_BYTES}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", self.data], check=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        for left in ("pid", "exec/containerd/containerd.pid"):  # by one that was killed
            (self.folder / left).unlink(missing_ok=True)
        place = self.folder.name.replace("_", "x")  # a namespace must not end with one
        command: list[str | Path] = [
            "unshare", "--net",  # else `--bridge none` would remove the bridge of the other Engine
            "dockerd", "--data-root", self.data, "--exec-root", self.folder / "exec",
            "--pidfile", self.folder / "pid", "--host", self.host, "--bridge", "none",
            "--iptables=false", "--ip-masq=false", "--shutdown-timeout", "5",
            "--containerd-namespace", place, "--containerd-plugins-namespace", f"{place}-plugins",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        version = ("version", "--format", "{{.Server.Version}}")
        assert wait_until(lambda: self.says(*version, check=False) != ""), self.log()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End dockerd, as an administrator or a crash does."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(90)
            self._process = None

    def says(self, *arguments: str, check: bool = True) -> str:
        """What its command line prints."""
        command = ["docker", "--host", self.host, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=check).stdout.strip()

    def containers(self) -> list[str]:
        """Ids of all its containers, running or not."""
        return self.says("ps", "--all", "--quiet").split()

    def layers(self) -> set[str]:
        """Names of its layers on the disk."""
        return {path.name for path in (self.data / "overlay2").iterdir()}

    def load_image(self) -> None:
        """Take the image of Python from the Engine of this machine."""
        with subprocess.Popen(["docker", "save", image_tag()], stdout=subprocess.PIPE) as saved:
            command = ["docker", "--host", self.host, "load"]
            subprocess.run(command, stdin=saved.stdout, check=True, capture_output=True)

    def log(self) -> str:
        """The end of what it wrote."""
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]

    def remove(self) -> None:
        """End it and leave nothing of it."""
        self.stop()
        self._log.close()
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # containers' keepers outlive a killed dockerd
                if str(self.folder).encode() in process.read_bytes():
                    os.kill(int(process.parent.name), signal.SIGKILL)
        mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
        for place in sorted(mounts, reverse=True):
            if place.startswith(f"{self.folder}/"):
                subprocess.run(["umount", "--lazy", place], check=True)
        shutil.rmtree(self.folder)
