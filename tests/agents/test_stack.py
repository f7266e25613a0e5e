"""What CloudFormation can say that a simulated one never does, answered by botocore's Stubber."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from burnish.agents.deployment.account import OWN_TAG
from burnish.agents.deployment.engine import _followed
from burnish.agents.deployment.stack import Pace, Stack
from burnish.errors import DeploymentError, InputError

ARN = "arn:aws:cloudformation:eu-central-1:123456789012:stack/tiny/1"
SET = {"ChangeSetName": "burnish-1", "StackName": "tiny"}


@pytest.fixture
def stub() -> Iterator[Stubber]:
    """Answers in a fixed order; all of them must be asked for."""
    client = boto3.client(
        "cloudformation", "eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as made:
        yield made
        made.assert_no_pending_responses()


def stack(stub: Stubber, said: list[str] | None = None, timeout_s: float = 5) -> Stack:
    tell = (said if said is not None else []).append
    return Stack(stub.client, "tiny", Pace(poll_s=0, timeout_s=timeout_s), tell)


def state(stub: Stubber, status: str, **more: Any) -> None:
    found = {"StackName": "tiny", "StackId": ARN, "StackStatus": status, "CreationTime": 0, **more}
    stub.add_response("describe_stacks", {"Stacks": [found]}, {"StackName": ANY})


def gone(stub: Stubber) -> None:
    stub.add_client_error(
        "describe_stacks", "ValidationError", "Stack with id tiny does not exist", 400
    )


def events(stub: Stubber, *told: tuple[str, str, str, str]) -> None:
    found = [
        {"StackId": ARN, "StackName": "tiny", "EventId": id, "Timestamp": 0,
         "LogicalResourceId": what, "ResourceStatus": status, "ResourceStatusReason": why}
        for id, what, status, why in told
    ]  # fmt: skip
    stub.add_response("describe_stack_events", {"StackEvents": found})


OLD = ("1", "Queue", "CREATE_FAILED", "of an earlier time")


def test_a_stack_that_fails_says_the_first_cause_and_not_what_followed_from_it(
    stub: Stubber,
) -> None:
    events(stub, OLD)
    stub.add_response("execute_change_set", {}, SET)
    for status in ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"):
        state(stub, status)
    events(
        stub,
        ("5", "tiny", "ROLLBACK_COMPLETE", ""),
        ("4", "Role", "CREATE_FAILED", "Resource creation cancelled"),
        ("3", "Runtime", "CREATE_FAILED", "The role cannot be assumed."),
        ("2", "Runtime", "CREATE_IN_PROGRESS", ""),
        OLD,
    )
    said: list[str] = []
    with pytest.raises(DeploymentError) as caught:
        stack(stub, said).execute("burnish-1")
    assert caught.value.message == "the stack tiny failed: Runtime: The role cannot be assumed."
    assert caught.value.details == {
        "status": "ROLLBACK_COMPLETE", "causes": ["Runtime: The role cannot be assumed"],
    }  # fmt: skip
    assert said[-1] == "the stack tiny: ROLLBACK_COMPLETE" and len(said) == 3


def test_a_stack_that_cannot_be_deleted_names_what_holds_it(stub: Stubber) -> None:
    state(stub, "CREATE_COMPLETE")
    events(stub, OLD)
    stub.add_response("delete_stack", {}, {"StackName": ARN})
    state(stub, "DELETE_IN_PROGRESS")
    state(stub, "DELETE_FAILED")
    events(stub, ("2", "Notes", "DELETE_FAILED", "The bucket is not empty"), OLD)
    with pytest.raises(DeploymentError, match="Notes: The bucket is not empty"):
        stack(stub).delete()


def test_waiting_ends(stub: Stubber) -> None:
    state(stub, "CREATE_IN_PROGRESS")
    with pytest.raises(DeploymentError, match="is still CREATE_IN_PROGRESS"):
        stack(stub, timeout_s=-1).settled("tiny")


def executed(stub: Stubber, status: str) -> None:
    answer = {"ExecutionStatus": status, "Status": "CREATE_COMPLETE"}
    stub.add_response("describe_change_set", answer, SET)


def test_an_update_that_is_cut_short_is_cancelled_and_waited_for(stub: Stubber) -> None:
    executed(stub, "EXECUTE_IN_PROGRESS")
    state(stub, "UPDATE_IN_PROGRESS")
    stub.add_response("cancel_update_stack", {}, {"StackName": "tiny"})
    state(stub, "UPDATE_ROLLBACK_IN_PROGRESS")
    state(stub, "UPDATE_ROLLBACK_COMPLETE")
    stack(stub).back("burnish-1")


@pytest.mark.parametrize("end", ["UPDATE_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_an_update_that_does_not_go_back_is_no_success(stub: Stubber, end: str) -> None:
    """What it runs must then stay: see `Undo.run`."""
    executed(stub, "EXECUTE_COMPLETE")
    state(stub, end)
    state(stub, end)
    with pytest.raises(DeploymentError, match=f"did not go back \\({end}\\)"):
        stack(stub).back("burnish-1")


def test_a_change_set_is_read_to_its_last_page(stub: Stubber) -> None:
    def change(name: str, action: str, **more: Any) -> dict[str, Any]:
        about = {"Action": action, "LogicalResourceId": name, "ResourceType": "T::T::T", **more}
        return {"Type": "Resource", "ResourceChange": about}

    stub.add_response("create_change_set", {"Id": "a" * 10})
    stub.add_response("describe_change_set", {"Status": "CREATE_PENDING"}, SET)
    details = [{"Target": {"Attribute": "Properties", "Name": "Code"}},
               {"Target": {"Attribute": "Tags"}}]  # fmt: skip
    first = [change("A", "Modify", Replacement="True", Details=details), change("B", "Add")]
    stub.add_response(
        "describe_change_set",
        {"Status": "CREATE_COMPLETE", "NextToken": "2", "Changes": first},
        SET,
    )
    second = [change("C", "Modify", Replacement="Conditional"), change("D", "Remove"),
              change("E", "Modify", Replacement="False")]  # fmt: skip
    stub.add_response(
        "describe_change_set", {"Status": "CREATE_COMPLETE", "Changes": second},
        SET | {"NextToken": "2"},
    )  # fmt: skip
    steps = stack(stub).prepared("burnish-1", ChangeSetType="UPDATE")
    assert steps is not None
    assert [step.action for step in steps] == [
        "replace", "add", "may replace", "remove", "modify",
    ]  # fmt: skip
    assert (steps[0].what, steps[0].why) == ("A (T::T::T)", "Code, Tags")


@pytest.mark.parametrize(
    "reason",
    ["The submitted information didn't contain changes. Submit different information.",
     "No updates are to be performed."],
)  # fmt: skip
def test_a_change_set_that_fails_for_lack_of_changes_is_no_failure(
    stub: Stubber, reason: str
) -> None:
    stub.add_response("create_change_set", {"Id": "a" * 10})
    stub.add_response("describe_change_set", {"Status": "FAILED", "StatusReason": reason}, SET)
    assert stack(stub).prepared("burnish-1") is None


def test_a_change_of_outputs_alone_has_no_steps_and_is_still_one(stub: Stubber) -> None:
    stub.add_response("create_change_set", {"Id": "a" * 10})
    stub.add_response("describe_change_set", {"Status": "CREATE_COMPLETE", "Changes": []}, SET)
    assert stack(stub).prepared("burnish-1") == ()


def test_a_template_that_is_not_taken_says_why(stub: Stubber) -> None:
    stub.add_response("create_change_set", {"Id": "a" * 10})
    answer = {"Status": "FAILED", "StatusReason": "Role has no policy"}
    stub.add_response("describe_change_set", answer, SET)
    with pytest.raises(DeploymentError, match="Role has no policy"):
        stack(stub).prepared("burnish-1")


@pytest.mark.parametrize(("name", "ours"), [("burnish-1", True), ("console-1", False)])
def test_a_stack_that_was_never_executed_is_known_by_its_change_sets(
    stub: Stubber, name: str, ours: bool
) -> None:
    state(stub, "REVIEW_IN_PROGRESS")
    stub.add_response("list_change_sets", {"Summaries": [{"ChangeSetName": name}]})
    if ours:
        assert stack(stub).own() is not None
        return
    with pytest.raises(InputError, match="left alone"):
        stack(stub).own()


def test_a_stack_of_another_project_of_ours_is_not_this_one(stub: Stubber) -> None:
    state(stub, "CREATE_COMPLETE", Tags=[{"Key": OWN_TAG, "Value": "other"}])
    with pytest.raises(InputError, match="left alone"):
        stack(stub).own()
    gone(stub)
    assert stack(stub).own() is None


def test_an_engine_that_cannot_run_the_other_architecture_says_what_helps() -> None:
    told = [{"stream": "Step 4/9 : RUN pip install"}, {"stream": "exec format error"},
            {"error": "The command returned a non-zero code: 1"}]  # fmt: skip
    said: list[str] = []
    with pytest.raises(DeploymentError, match="Install emulation") as caught:
        _followed(told, "built", said.append)
    assert caught.value.details["last_lines"] == said == [told[0]["stream"], told[1]["stream"]]
    with pytest.raises(DeploymentError, match="was not pushed: denied") as denied:
        _followed([{"status": "Preparing"}, {"error": "denied"}], "pushed", said.append)
    assert denied.value.recovery_actions == []
