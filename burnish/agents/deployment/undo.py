"""What one call made, so that it can be taken back, the last first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from burnish.agents.deployment.account import told
from burnish.errors import BurnishError

Progress = Callable[[str], None]
Remove = Callable[[], object]
"""Removes a thing; what returns False found nothing to remove."""


class Undo:
    """A list of things and of how each is removed again."""

    def __init__(self, progress: Progress) -> None:
        self._made: list[tuple[str, Remove]] = []
        self._progress = progress

    def made(self, what: str, remove: Remove) -> None:
        """Remember a thing that is there now; say so before it is made where that may be cut."""
        self._made.append((what, remove))

    def settle(self, what: str) -> None:
        """Forget a thing: it is gone, or it is to stay."""
        self._made = [(name, remove) for name, remove in self._made if name != what]

    def run(self) -> tuple[list[str], list[str]]:
        """Take everything back; returns what is gone and what could not be removed, with why."""
        from botocore.exceptions import BotoCoreError, ClientError

        gone, left = [], []
        while self._made:
            what, remove = self._made.pop()
            self._progress(f"removing {what}")
            try:
                was_there = remove() is not False
            except (BotoCoreError, ClientError) as error:
                left.append(f"{what} ({told(error).message})")
            except BurnishError as error:
                left.append(f"{what} ({error.message})")
            else:
                gone += [what] if was_there else []
        return gone, left


@contextmanager
def undoing(progress: Progress) -> Iterator[Undo]:
    """Whatever ends the block early, what was made in it is removed; the error tells of it.

    Raises:
        CredentialsError, DeploymentError: AWS refused a step; `details` hold `removed` and `left`.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    undo = Undo(progress)
    try:
        yield undo
    except BaseException as error:
        gone, left = undo.run()
        raised = told(error) if isinstance(error, BotoCoreError | ClientError) else error
        if isinstance(raised, BurnishError):
            raised.details |= {"removed": gone, "left": left}
            if left:
                raised.recovery_actions.append(f"Remove by hand: {'; '.join(left)}.")
        if raised is error:
            raise
        raise raised from None
