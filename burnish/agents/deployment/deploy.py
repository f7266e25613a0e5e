"""Deploy a project: repository, image, change set, stack; or take all of it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from burnish.agents.deployment import repository, upload
from burnish.agents.deployment.account import Account, explained, identified
from burnish.agents.deployment.engine import EngineImages
from burnish.agents.deployment.plan import Outcome, Plan, Step
from burnish.agents.deployment.repository import Images
from burnish.agents.deployment.stack import DEAD, NEW, Pace, Stack
from burnish.agents.deployment.template import INLINE_BYTES, Template, read_template
from burnish.agents.deployment.undo import Progress, Undo, undoing
from burnish.agents.manifest import Manifest, read_manifest
from burnish.errors import CredentialsError


@dataclass(frozen=True)
class Order:
    """What is to be deployed, and how."""

    folder: Path
    """An agent project."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the template beside the image."""
    images: Images = field(default_factory=EngineImages)
    """What builds and pushes."""
    pace: Pace = field(default_factory=Pace)
    """How one waits."""
    progress: Progress = lambda line: None
    """Told what is done."""


def planned(order: Order) -> Plan:
    """What `deployed` would do; nothing is left changed.

    With credentials CloudFormation computes what changes in a stack that is there, in a change set
    that is deleted again; without them, or for a new stack, the template tells.

    Raises:
        InputError: no project, no template, or something of its name is somebody else's.
        DeploymentError: AWS refused to be asked.
    """
    manifest, template = _read(order.folder)
    tag = repository.tag_of(order.folder, manifest)
    try:
        account = identified(manifest.region)
    except CredentialsError as error:
        template.given("", dict(order.values), None)
        steps = _before(manifest, template, tag, has_repository=False, has_image=False)
        note = f"{error.message} What is there already is not known."
        return Plan(
            name=manifest.name, region=manifest.region, steps=steps + _all(template), note=note
        )
    with undoing(order.progress) as undo:
        return _compared(order, account, manifest, template, tag, undo)


def deployed(order: Order, show: Callable[[Plan], None] = lambda plan: None) -> Outcome:
    """Bring the project to AWS as it stands; twice the same changes nothing.

    Whatever fails or interrupts it, what this call made and nothing uses is removed again, and a
    stack that was there before is as it was.

    Args:
        order: What is deployed.
        show: Called with CloudFormation's plan before it is executed; what it raises stops it.

    Raises:
        InputError: as `planned`.
        CredentialsError: no credentials, or none that AWS accepts; nothing was done.
        DeploymentError: a step failed; `details` hold `removed` and `left`.
        SandboxUnavailableError: no Docker Engine to build with.
    """
    manifest, template = _read(order.folder)
    account = identified(manifest.region)
    with undoing(order.progress) as undo:
        return _deployed(order, account, manifest, template, undo, show)


def destroyed(order: Order) -> list[str]:
    """Delete the stack, the repository with its images, and uploads; returns what was there.

    Raises:
        InputError: something of that name is somebody else's.
        CredentialsError: as `deployed`.
        DeploymentError: AWS refused; what is not gone yet is still whole.
    """
    manifest = read_manifest(order.folder)
    account = identified(manifest.region)
    gone = []
    with explained():
        ecr = account.client("ecr")
        stack = _stack(order, account, manifest)
        there, kept = stack.own(), repository.found(ecr, manifest.name)
        if there is not None:
            order.progress(f"deleting the stack {manifest.name}")
            stack.delete()
            gone.append(f"the stack {manifest.name}")
        if kept is not None:
            order.progress(f"deleting the ECR repository {manifest.name} and its images")
            repository.removed(ecr, manifest.name)
            gone.append(f"the ECR repository {manifest.name}")
        if upload.cleared(account, manifest.name):
            gone.append(f"the bucket {upload.bucket_of(account)}")
    return gone


def _deployed(
    order: Order, account: Account, manifest: Manifest, template: Template, undo: Undo,
    show: Callable[[Plan], None],
) -> Outcome:  # fmt: skip
    ecr, stack = account.client("ecr"), _stack(order, account, manifest)
    before = stack.own()
    if before is not None and before["StackStatus"] in DEAD:
        order.progress(f"deleting what a failed deployment left of {manifest.name}")
        stack.delete()
        before = None
    tag = repository.tag_of(order.folder, manifest)
    known = repository.found(ecr, manifest.name) is not None
    steps = _before(
        manifest, template, tag, has_repository=known,
        has_image=known and repository.there(ecr, manifest.name, tag),
    )  # fmt: skip
    template.given("", dict(order.values), before)  # what is missing is said before work is done
    uri = f"{repository.ensured(ecr, manifest.name, undo, order.progress)}:{tag}"
    repository.pushed(ecr, order.folder, manifest, uri, order.images, undo, order.progress)
    change_set, changes = _change_set(order, account, stack, template, uri, before, undo)
    plan = Plan(
        name=manifest.name, region=account.region, account=account.id, computed=True,
        steps=steps + changes,
    )  # fmt: skip
    show(plan)
    waiting = f"the change set {change_set}"
    if not changes:
        stack.withdraw(change_set)
        undo.settle(waiting)
        return _outcome(plan, before or {}, uri, done=False)
    undo.settle(waiting)
    fresh = before is None or before["StackStatus"] == NEW
    (
        undo.made(f"the stack {manifest.name}", stack.delete)
        if fresh
        else undo.made(f"the change of the stack {manifest.name}", stack.back)
    )
    after = stack.execute(change_set)
    return _outcome(plan, after, uri, done=True)


def _change_set(
    order: Order, account: Account, stack: Stack, template: Template, uri: str,
    before: dict[str, Any] | None, undo: Undo,
) -> tuple[str, tuple[Step, ...]]:  # fmt: skip
    """The change set, remembered in `undo` as "the change set ID"."""
    where = upload.body(account, stack.name, template, undo, order.progress)
    fresh = before is None or before["StackStatus"] == NEW
    half = f"the new stack {stack.name}"
    if fresh:  # CloudFormation makes the stack with its first change set, even with a bad one
        undo.made(half, stack.delete)
    change_set, changes = stack.prepared(
        ChangeSetType="CREATE" if fresh else "UPDATE",
        Capabilities=template.capabilities,
        Parameters=template.given(uri, dict(order.values), None if fresh else before),
        **where,
    )
    undo.made(f"the change set {change_set}", lambda: stack.withdraw(change_set))
    undo.settle(half)
    upload.done(account, where, undo)
    return change_set, changes


def _compared(
    order: Order, account: Account, manifest: Manifest, template: Template, tag: str, undo: Undo
) -> Plan:
    """The plan with what AWS knows; whatever was made for it is gone at the end."""
    ecr, stack = account.client("ecr"), _stack(order, account, manifest)
    before, kept = stack.own(), repository.found(ecr, manifest.name)
    has_image = kept is not None and repository.there(ecr, manifest.name, tag)
    steps = _before(manifest, template, tag, has_repository=kept is not None, has_image=has_image)
    about = {"name": manifest.name, "region": account.region, "account": account.id}
    if before is None or before["StackStatus"] in (NEW, *DEAD):
        template.given("", dict(order.values), None)
        return Plan(**about, steps=steps + _all(template))
    if template.size_bytes > INLINE_BYTES:
        note = "The template is too large to be compared without uploading it."
        return Plan(**about, steps=steps + _all(template, "modify"), note=note)
    uri = f"{kept['repositoryUri'] if kept else manifest.name}:{tag}"
    change_set, changes = _change_set(order, account, stack, template, uri, before, undo)
    stack.withdraw(change_set)
    undo.settle(f"the change set {change_set}")
    return Plan(**about, computed=True, steps=steps + changes)


def _read(folder: Path) -> tuple[Manifest, Template]:
    manifest = read_manifest(folder)
    return manifest, read_template(folder / manifest.template)


def _stack(order: Order, account: Account, manifest: Manifest) -> Stack:
    return Stack(account.client("cloudformation"), manifest.name, order.pace, order.progress)


def _before(
    manifest: Manifest, template: Template, tag: str, *, has_repository: bool, has_image: bool
) -> tuple[Step, ...]:
    """What happens before CloudFormation's turn."""
    name = manifest.name
    made = [
        Step(action="keep" if has_repository else "create", what=f"ECR repository {name}"),
        Step(
            action="keep" if has_image else "build and push",
            what=f"image {name}:{tag}",
            why=manifest.platform,
        ),
    ]
    if template.size_bytes > INLINE_BYTES:
        why = f"{template.size_bytes:,} bytes; removed again once it is read"
        made.append(Step(action="upload", what="template to S3", why=why))
    return tuple(made)


def _all(template: Template, action: str = "add") -> tuple[Step, ...]:
    return tuple(Step(action=action, what=f"{name} ({kind})") for name, kind in template.resources)


def _outcome(plan: Plan, stack: dict[str, Any], uri: str, *, done: bool) -> Outcome:
    return Outcome(
        plan=plan,
        done=done,
        image=uri,
        stack=str(stack.get("StackId", "")),
        outputs={each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])},
    )
