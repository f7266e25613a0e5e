"""Deploying to a simulated account: twice the same, step by step failing, and all away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends

from burnish.agents.deployment.deploy import deployed, destroyed, planned
from burnish.agents.deployment.plan import Plan
from burnish.errors import CredentialsError, DeploymentError, InputError
from tests.agents.cloud import (
    EMPTY,
    REGION,
    Pushed,
    break_at,
    client,
    enlarge,
    order,
    project,
    world,
)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty simulated account, and no way to a real one."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with mock_aws():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny project."""
    return project(tmp_path)


def actions(plan: Plan) -> list[tuple[str, str]]:
    return [(step.action, step.what.split(" ")[0]) for step in plan.steps]


def image_of_stack() -> str:
    """The image that the deployed stack was told to run."""
    (stack,) = client("cloudformation").describe_stacks(StackName="tiny")["Stacks"]
    values = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    return str(values["ImageUri"])


def change(folder: Path) -> None:
    """Another version of the project."""
    (folder / "app.py").write_text("# new\n")
    template = folder / "infrastructure" / "template.yaml"
    template.write_text(template.read_text().replace("tiny-queue", "tiny-second-queue"))


def test_a_project_is_deployed_as_its_template_says(folder: Path) -> None:
    shown: list[Plan] = []
    images = Pushed()
    outcome = deployed(order(folder, images), shown.append)
    assert outcome.done and outcome.plan == shown[0] and outcome.plan.computed
    assert actions(outcome.plan) == [
        ("create", "ECR"), ("build and push", "image"), ("add", "Notes"), ("add", "Queue"),
    ]  # fmt: skip
    found = world()
    assert found["stacks"] == {"tiny": "CREATE_COMPLETE"} and found["queues"]
    assert images.uris == [outcome.image] and images.platforms == ["linux/arm64"]
    assert image_of_stack() == outcome.image
    (repository,) = client("ecr").describe_repositories()["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"]["scanOnPush"]


def test_the_same_again_changes_nothing_and_builds_nothing(folder: Path) -> None:
    deployed(order(folder))
    before, images = world(), Pushed()
    again = deployed(order(folder, images))
    assert not again.done and not images.uris and world() == before
    assert actions(again.plan) == [("keep", "ECR"), ("keep", "image")]


def test_a_new_version_is_a_new_image_for_the_same_stack(folder: Path) -> None:
    first = deployed(order(folder))
    change(folder)
    second = deployed(order(folder))
    assert second.done and second.image != first.image and second.stack == first.stack
    assert image_of_stack() == second.image and len(world()["images"]) == 2
    assert [what for action, what in actions(second.plan) if action != "keep"] == ["image", "Queue"]


def test_all_of_it_goes_away_again_and_twice_is_no_error(folder: Path) -> None:
    enlarge(folder)
    deployed(order(folder))
    assert destroyed(order(folder)) == [
        "the stack tiny", "the ECR repository tiny", f"the bucket burnish-agents-123456789012-{REGION}",
    ]  # fmt: skip
    assert world() == EMPTY
    assert destroyed(order(folder)) == []


STEPS = (
    "DescribeStacks", "DescribeRepositories", "CreateRepository", "DescribeImages",
    "GetAuthorizationToken", "HeadBucket", "CreateBucket", "PutPublicAccessBlock",
    "PutBucketTagging", "PutObject", "CreateChangeSet", "DescribeChangeSet", "DeleteObject",
    "DescribeStackEvents", "ExecuteChangeSet",
)  # fmt: skip


@pytest.mark.parametrize("after", [False, True], ids=["refused", "answer lost"])
@pytest.mark.parametrize("step", STEPS)
def test_whatever_step_fails_nothing_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    enlarge(folder)
    with monkeypatch.context() as patched:
        asked = break_at(patched, step, after=after)
        with pytest.raises(DeploymentError) as caught:
            deployed(order(folder))
        assert step in asked
    assert world() == EMPTY
    assert caught.value.details["operation"] == step
    assert caught.value.details["left"] == [] and caught.value.recovery_actions


def test_no_step_of_a_deployment_was_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enlarge(folder)
    with monkeypatch.context() as patched:
        asked = break_at(patched, "")
        deployed(order(folder))
    made = {name for name in asked if name != "PutImage"}  # that one is the test's own registry
    assert made - {"GetCallerIdentity"} == set(STEPS)


@pytest.mark.parametrize("step", STEPS[4:])
def test_a_failed_update_leaves_what_was_deployed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    enlarge(folder)
    first = deployed(order(folder))
    before = world()
    change(folder)
    with monkeypatch.context() as patched:
        asked = break_at(patched, step)
        if step in ("CreateBucket", "PutPublicAccessBlock", "PutBucketTagging"):
            deployed(order(folder))  # the bucket is there: nothing fails
            assert step not in asked
            return
        with pytest.raises(DeploymentError):
            deployed(order(folder))
    assert world() == before and image_of_stack() == first.image


@pytest.mark.parametrize("broken", [KeyboardInterrupt(), SystemExit(143), DeploymentError("no.")])
def test_an_interrupted_push_leaves_nothing(folder: Path, broken: BaseException) -> None:
    with pytest.raises(type(broken)):
        deployed(order(folder, Pushed(broken)))
    assert world() == EMPTY


def test_who_says_no_to_the_plan_leaves_nothing(folder: Path) -> None:
    def refuse(plan: Plan) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deployed(order(folder), refuse)
    assert world() == EMPTY


def test_what_cannot_be_removed_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        break_at(patched, "DeleteRepository", code="AccessDeniedException")
        with pytest.raises(DeploymentError) as caught:
            deployed(order(folder, Pushed(DeploymentError("the registry is full."))))
    assert world() == EMPTY | {"repositories": ["tiny"]}
    report = caught.value.report()
    assert report["details"]["left"][0].startswith("the ECR repository tiny (AWS refused")
    assert len(report["details"]["removed"]) == 1
    assert report["recovery_actions"][-1].startswith("Remove by hand: the ECR repository tiny")


def test_a_large_template_goes_through_a_closed_bucket_and_does_not_stay(folder: Path) -> None:
    enlarge(folder)
    outcome = deployed(order(folder))
    bucket = f"burnish-agents-123456789012-{REGION}"
    assert ("upload", "template") in actions(outcome.plan)
    assert bucket in world()["buckets"] and world()["objects"] == []
    block = client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert len(block) == 4 and all(block.values())


def test_what_somebody_else_made_is_left_alone(folder: Path) -> None:
    client("ecr").create_repository(repositoryName="tiny")
    before = world()
    for verb in (planned, deployed, destroyed):
        with pytest.raises(InputError, match="repository tiny was not made by burnish"):
            verb(order(folder))
    assert world() == before
    client("ecr").delete_repository(repositoryName="tiny")
    body = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'
    client("cloudformation").create_stack(StackName="tiny", TemplateBody=body)
    before = world()
    for verb in (planned, deployed, destroyed):
        with pytest.raises(InputError, match="stack tiny was not made by burnish"):
            verb(order(folder))
    assert world() == before


def test_the_ruin_of_a_failed_deployment_is_replaced(folder: Path) -> None:
    first = deployed(order(folder))
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = "ROLLBACK_COMPLETE"
    assert ("add", "Queue") in actions(planned(order(folder)))
    second = deployed(order(folder))
    assert second.done and second.stack != first.stack
    assert world()["stacks"] == {"tiny": "CREATE_COMPLETE"}


def test_a_stack_that_is_being_changed_is_waited_for_by_the_user(folder: Path) -> None:
    deployed(order(folder))
    (stack,) = cloudformation_backends["123456789012"][REGION].stacks.values()
    stack.status = "UPDATE_IN_PROGRESS"
    with pytest.raises(DeploymentError, match="being changed"):
        deployed(order(folder))


def test_a_dry_run_leaves_the_account_as_it_was(folder: Path) -> None:
    plan = planned(order(folder))
    assert plan.account == "123456789012" and not plan.computed and world() == EMPTY
    deployed(order(folder))
    change(folder)
    before = world()
    plan = planned(order(folder))
    assert plan.computed and world() == before
    assert ("build and push", "image") in actions(plan) and "Queue" in dict(map(reversed, actions(plan)))  # type: ignore[arg-type]
    enlarge(folder)
    assert "too large" in planned(order(folder)).note and world() == before


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell without credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("nobody")
def test_without_credentials_the_plan_is_the_templates(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = break_at(monkeypatch, "")
    plan = planned(order(folder))
    assert actions(plan) == [
        ("create", "ECR"), ("build and push", "image"), ("add", "Notes"), ("add", "Queue"),
    ]  # fmt: skip
    assert plan.account == "" and "no AWS credentials" in plan.note and asked == []


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("verb", [deployed, destroyed])
def test_without_credentials_nothing_is_done_and_the_ways_in_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, verb: Any
) -> None:
    asked, images = break_at(monkeypatch, ""), Pushed()
    with pytest.raises(CredentialsError) as caught:
        verb(order(folder, images))
    assert asked == [] and images.uris == [] and caught.value.exit_code == 3
    ways = " ".join(caught.value.report()["recovery_actions"])
    assert "aws sso login" in ways and "AWS_PROFILE" in ways and "--dry-run" in ways


def test_credentials_that_ran_out_are_told_from_other_refusals(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        break_at(patched, "GetCallerIdentity", code="ExpiredToken")
        with pytest.raises(CredentialsError, match="does not accept"):
            deployed(order(folder))
    with monkeypatch.context() as patched:
        break_at(patched, "ExecuteChangeSet", code="ExpiredToken")
        with pytest.raises(CredentialsError, match="no longer accepts"):
            deployed(order(folder))
    assert world() == EMPTY
    with monkeypatch.context() as patched:
        break_at(patched, "CreateRepository", code="AccessDeniedException")
        with pytest.raises(DeploymentError, match="Allow this user CreateRepository"):
            deployed(order(folder))


def test_values_of_the_template_are_asked_for_before_anything_is_done(folder: Path) -> None:
    template = folder / "infrastructure" / "template.yaml"
    more = "Parameters:\n  Certificate:\n    Type: String\n"
    template.write_text(template.read_text().replace("Parameters:\n", more))
    for verb in (planned, deployed):
        with pytest.raises(InputError, match="--set Certificate=VALUE"):
            verb(order(folder))
        with pytest.raises(InputError, match="no parameter Colour"):
            verb(order(folder, Colour="red"))
    assert world() == EMPTY
    assert deployed(order(folder, Certificate="arn")).done
    change(folder)
    assert deployed(order(folder)).done  # what the stack has it keeps
