"""Building for another machine and pushing, with the Docker Engine of this one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import IO, Any

from burnish.agents.deployment.repository import LOGIN
from burnish.agents.deployment.undo import Progress
from burnish.errors import DeploymentError
from burnish.sandbox.daemon import connect, explain

_EMULATION = (
    "Install emulation (`docker run --privileged --rm tonistiigi/binfmt --install all`), or deploy "
    "from a machine of that kind."
)


class EngineImages:
    """See `Images`."""

    def push(
        self, context: IO[bytes], platform: str, uri: str, login: LOGIN, progress: Progress
    ) -> None:
        """See `Images.push`."""
        import docker

        client = connect(timeout_s=900)
        try:
            progress(f"building {uri} for {platform}")
            events = client.api.build(
                fileobj=context, custom_context=True, tag=uri, rm=True, forcerm=True, decode=True,
                platform=platform, pull=True, labels={"burnish": "1"},
            )  # fmt: skip
            _followed(events, "built", progress)
            made = client.images.get(uri).attrs["Architecture"]
            if made != platform.split("/")[1]:
                raise DeploymentError(
                    f"the image was built for {made} and not for {platform}.", remedy=_EMULATION
                )
            progress(f"pushing {uri}")
            name, _, tag = uri.rpartition(":")
            config = {"username": login[0], "password": login[1]}
            pushing = client.api.push(name, tag, auth_config=config, stream=True, decode=True)
            _followed(pushing, "pushed", progress)
        except (docker.errors.DockerException, OSError) as error:
            raise DeploymentError(
                f"the image {uri} was not built and pushed: {explain(error)}."
            ) from None
        finally:
            with contextlib.suppress(docker.errors.DockerException, OSError):
                client.images.remove(uri, force=True)
            client.close()


def _followed(events: Iterable[dict[str, Any]], what: str, progress: Progress) -> None:
    """Tell what the Engine tells, until it ends.

    Raises:
        DeploymentError: it says that it failed.
    """
    last: list[str] = []
    for event in events:
        if "error" in event:
            why = str(event["error"]).strip().rstrip(".")
            remedy = _EMULATION if "exec format error" in " ".join([why, *last]) else ""
            raise DeploymentError(
                f"the image was not {what}: {why}.", remedy=remedy, details={"last_lines": last}
            )
        if text := str(event.get("stream", "")).strip():
            last = [*last, text][-25:]
            progress(text)
