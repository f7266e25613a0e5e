"""The CloudFormation stack of a project: its change set, its execution, its end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from burnish.agents.deployment.account import OWN_TAG, code_of
from burnish.agents.deployment.plan import Action, Step
from burnish.agents.deployment.undo import Progress
from burnish.errors import DeploymentError, InputError

CHANGE_SET = "burnish-"
NEW = "REVIEW_IN_PROGRESS"
"""A stack of which nothing is there but a change set."""
DEAD = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
"""States from which a stack can only be deleted."""
_SAME = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Pace:
    """How one waits for AWS."""

    poll_s: float = 3.0
    """Between two looks."""
    timeout_s: float = 3600.0
    """For a stack."""


class Stack:
    """The stack of one name."""

    def __init__(self, client: Any, name: str, pace: Pace, progress: Progress) -> None:
        self.client, self.name = client, name
        self._pace, self._progress = pace, progress

    def found(self, id: str = "") -> dict[str, Any] | None:
        """It as CloudFormation describes it; None if it is not there."""
        from botocore.exceptions import ClientError

        try:
            stack: dict[str, Any] = self.client.describe_stacks(StackName=id or self.name)[
                "Stacks"
            ][0]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def own(self) -> dict[str, Any] | None:
        """It, if burnish made it.

        Raises:
            InputError: somebody else did; it is left alone.
            DeploymentError: it is being changed.
        """
        stack = self.found()
        if stack is None:
            return None
        status = stack["StackStatus"]
        if status == NEW:
            summaries = self.client.list_change_sets(StackName=self.name)["Summaries"]
            ours = all(each["ChangeSetName"].startswith(CHANGE_SET) for each in summaries)
        else:
            tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
            ours = tags.get(OWN_TAG) == self.name
        if not ours:
            raise InputError(
                f"the stack {self.name} was not made by burnish; it is left alone.",
                remedy="Give the project another name.",
            )
        if status != NEW and status.endswith("_IN_PROGRESS"):
            raise DeploymentError(
                f"the stack {self.name} is being changed ({status}).", remedy="Wait until it ends."
            )
        return stack

    def prepared(self, name: str, **arguments: Any) -> tuple[Step, ...] | None:
        """A change set of that name, computed: its steps, or None if nothing at all changes.

        Raises:
            DeploymentError: CloudFormation does not take the template.
        """
        from botocore.exceptions import ClientError

        self._progress("asking CloudFormation what changes")
        try:
            self.client.create_change_set(
                StackName=self.name,
                ChangeSetName=name,
                Tags=[{"Key": OWN_TAG, "Value": self.name}],
                **arguments,
            )
        except ClientError as error:
            if any(words in str(error) for words in _SAME):
                return None
            raise
        deadline = time.monotonic() + self._pace.timeout_s
        while True:
            found = self.client.describe_change_set(ChangeSetName=name, StackName=self.name)
            if not found["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
                break
            if time.monotonic() > deadline:
                raise DeploymentError("CloudFormation does not finish its change set.")
            time.sleep(self._pace.poll_s)
        if found["Status"] == "FAILED":
            reason = str(found.get("StatusReason", ""))
            if any(words in reason for words in _SAME):
                return None
            raise DeploymentError(f"CloudFormation does not take the template: {reason}.")
        changes = list(found.get("Changes", []))
        while token := found.get("NextToken"):
            found = self.client.describe_change_set(
                ChangeSetName=name, StackName=self.name, NextToken=token
            )
            changes += found.get("Changes", [])
        return tuple(_step(change["ResourceChange"]) for change in changes)

    def execute(self, change_set: str) -> dict[str, Any]:
        """Execute the change set and wait; returns the stack.

        Raises:
            DeploymentError: it failed; CloudFormation has rolled back, and `details` say why.
        """
        begun = self._last_event()
        self.client.execute_change_set(ChangeSetName=change_set, StackName=self.name)
        stack = self.settled(self.name) or {"StackStatus": "DELETE_COMPLETE"}
        if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return stack
        causes = self.causes(self.name, begun)
        raise DeploymentError(
            f"the stack {self.name} failed: {causes[0] if causes else stack['StackStatus']}.",
            remedy="Mend what the first cause names, and deploy again.",
            details={"status": stack["StackStatus"], "causes": causes},
        )

    def settled(self, id: str) -> dict[str, Any] | None:
        """Wait until nothing goes on any more; None if the stack is gone.

        Raises:
            DeploymentError: it takes too long.
        """
        deadline = time.monotonic() + self._pace.timeout_s
        before = ""
        while (stack := self.found(id)) is not None:
            status = stack["StackStatus"]
            if status != before:
                self._progress(f"the stack {self.name}: {status}")
            if status == NEW or not status.endswith("_IN_PROGRESS"):
                return stack
            before = status
            if time.monotonic() > deadline:
                raise DeploymentError(
                    f"the stack {self.name} is still {status}.",
                    remedy="Look at its events in the AWS console.",
                )
            time.sleep(self._pace.poll_s)
        return None

    def delete(self) -> bool:
        """Delete it and wait; False if it is not there.

        Raises:
            DeploymentError: a resource cannot be deleted; `details` say which and why.
        """
        stack = self.found()
        if stack is None:
            return False
        id, begun = stack["StackId"], self._last_event()
        self.client.delete_stack(StackName=id)
        left = self.settled(id)
        if left is not None:
            causes = self.causes(id, begun)
            raise DeploymentError(
                f"the stack {self.name} cannot be deleted: "
                f"{causes[0] if causes else left['StackStatus']}.",
                remedy="Empty or release what it names, and try again.",
                details={"status": left["StackStatus"], "causes": causes},
            )
        return True

    def withdraw(self, change_set: str) -> bool:
        """Delete a change set that was not executed, and the stack that is nothing but it.

        Returns whether either was there.
        """
        from botocore.exceptions import ClientError

        stack = self.found()
        if stack is None:
            return False
        was_there = True
        try:
            about = {"ChangeSetName": change_set, "StackName": self.name}
            self.client.describe_change_set(**about)
            self.client.delete_change_set(**about)
        except ClientError as error:
            if code_of(error) not in ("ChangeSetNotFound", "ValidationError"):
                raise
            was_there = False
        return self.delete() if stack["StackStatus"] == NEW else was_there

    def back(self, change_set: str) -> None:
        """After an update that was cut short or failed: wait for what was there before.

        Raises:
            DeploymentError: CloudFormation could not go back, or had finished the update by then.
        """
        from botocore.exceptions import ClientError

        about = {"ChangeSetName": change_set, "StackName": self.name}
        if self.client.describe_change_set(**about)["ExecutionStatus"] == "AVAILABLE":
            self.withdraw(change_set)
            return
        stack = self.found()
        if stack is not None and stack["StackStatus"] == "UPDATE_IN_PROGRESS":
            try:
                self.client.cancel_update_stack(StackName=self.name)
            except ClientError as error:
                if code_of(error) != "ValidationError":  # it ended meanwhile
                    raise
        stack = self.settled(self.name)
        if stack is not None and stack["StackStatus"] != "UPDATE_ROLLBACK_COMPLETE":
            raise DeploymentError(
                f"the stack {self.name} did not go back ({stack['StackStatus']}).",
                remedy="Look at its events; `aws cloudformation continue-update-rollback` goes on.",
            )

    def causes(self, id: str, after: str) -> list[str]:
        """What failed since an event, and why, the first first."""
        events = self.client.describe_stack_events(StackName=id)["StackEvents"]
        said = []
        for event in events:
            if event["EventId"] == after:
                break
            reason = str(event.get("ResourceStatusReason", ""))
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
                said.append(f"{event['LogicalResourceId']}: {reason}".rstrip(". "))
        return said[::-1]

    def _last_event(self) -> str:
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return str(events[0]["EventId"]) if events else ""


def _step(change: dict[str, Any]) -> Step:
    """A change of CloudFormation's in our words."""
    replaced = change.get("Replacement")
    action: Action = "modify"
    if change["Action"] in ("Add", "Remove", "Import"):
        action = change["Action"].lower()
    elif replaced == "True":
        action = "replace"
    elif replaced == "Conditional":
        action = "may replace"
    touched = {
        str(detail.get("Target", {}).get("Name") or detail.get("Target", {}).get("Attribute", ""))
        for detail in change.get("Details", [])
    }
    return Step(
        action=action,
        what=f"{change['LogicalResourceId']} ({change['ResourceType']})",
        why=", ".join(sorted(touched - {""})),
    )
