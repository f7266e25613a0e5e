"""Labeled tasks: specifications with hidden tests and reference solutions, ours and yours."""

from burnish.evaluation.tasks.sets import SETS, TaskSet, load_set
from burnish.evaluation.tasks.task import Expected, Task

__all__ = ["SETS", "Expected", "Task", "TaskSet", "load_set"]
