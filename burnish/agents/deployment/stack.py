"""The CloudFormation stack of a project: its change set, its execution, its end."""

from __future__ import annotations

import time
import uuid
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

    def prepared(self, **arguments: Any) -> tuple[str, tuple[Step, ...]]:
        """A change set that was computed; returns its id and its steps, none if nothing changes.

        Raises:
            DeploymentError: CloudFormation does not take the template.
        """
        name = f"{CHANGE_SET}{uuid.uuid4().hex[:12]}"
        self._progress("asking CloudFormation what changes")
        made = self.client.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            Tags=[{"Key": OWN_TAG, "Value": self.name}],
            **arguments,
        )["Id"]
        deadline = time.monotonic() + self._pace.timeout_s
        while True:
            found = self.client.describe_change_set(ChangeSetName=made, StackName=self.name)
            if not found["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
                break
            if time.monotonic() > deadline:
                raise DeploymentError("CloudFormation does not finish its change set.")
            time.sleep(self._pace.poll_s)
        if found["Status"] == "FAILED":
            reason = str(found.get("StatusReason", ""))
            if any(words in reason for words in _SAME):
                return made, ()
            raise DeploymentError(f"CloudFormation does not take the template: {reason}.")
        changes = list(found.get("Changes", []))
        while token := found.get("NextToken"):
            found = self.client.describe_change_set(
                ChangeSetName=made, StackName=self.name, NextToken=token
            )
            changes += found.get("Changes", [])
        return made, tuple(_step(change["ResourceChange"]) for change in changes)

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

    def withdraw(self, change_set: str) -> None:
        """Delete a change set that was not executed, and the stack that is nothing but it."""
        self.client.delete_change_set(ChangeSetName=change_set, StackName=self.name)
        stack = self.found()
        if stack is not None and stack["StackStatus"] == NEW:
            self.delete()

    def back(self) -> None:
        """After an update that was cut short: cancel it, and wait for what was there before.

        Raises:
            DeploymentError: CloudFormation could not go back.
        """
        from botocore.exceptions import ClientError

        try:
            self.client.cancel_update_stack(StackName=self.name)
        except ClientError as error:
            if code_of(error) != "ValidationError":  # it is rolled back already
                raise
        stack = self.settled(self.name)
        if stack is not None and stack["StackStatus"].endswith("_FAILED"):
            raise DeploymentError(
                f"the stack {self.name} could not go back ({stack['StackStatus']}).",
                remedy="Use `aws cloudformation continue-update-rollback`.",
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
