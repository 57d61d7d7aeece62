"""Tasks (MCP 2025-11-25, Tasks; the extension of 2026-07-28): a call whose answer is a promise. Pure."""

from typing import Final

from km_schemas.words import Outcome
from km_streams.score.exchange import Answer, JsonObject, Notification, member

_STATUS: Final = frozenset({"notifications/tasks/status", "notifications/tasks"})
_OUTCOMES: Final[dict[object, Outcome]] = {"completed": "ok", "failed": "tool_error", "cancelled": "cancelled"}
"""Of the statuses that end a task."""
METHODS: Final = frozenset({"tasks/get", "tasks/result", "tasks/cancel", "tasks/update", "tasks/list"})
RESULT: Final = "tasks/result"
"""Its answer is the answer of the call that became the task."""


def created_task(answer: Answer) -> str | None:
    """The id of the task that an answer promises instead of a result."""
    if "task" in answer.members and (task_id := _task_id(member(answer.result, "task"))):
        return task_id
    is_task = "resultType" in answer.members and answer.get("resultType") == "task"
    return _task_id(answer.result) if is_task else None


def asked_task(params: JsonObject) -> str | None:
    """The id of the task that a request is about."""
    return _task_id(params)


def ended_by_answer(answer: Answer) -> tuple[str, Outcome] | None:
    """The task that a status in an answer says is over, and how."""
    return _ended(answer.result) or _ended(member(answer.result, "task"))


def ended_by_notification(notification: Notification) -> tuple[str, Outcome] | None:
    """The task that a notification says is over, and how."""
    return _ended(notification.params) if notification.method in _STATUS else None


def _ended(task: JsonObject) -> tuple[str, Outcome] | None:
    task_id, status = _task_id(task), task.get("status")
    outcome = _OUTCOMES.get(status) if isinstance(status, str) else None
    if task_id is None or outcome is None:
        return None
    return task_id, "tool_error" if member(task, "result").get("isError") is True else outcome


def _task_id(holder: JsonObject) -> str | None:
    task_id = holder.get("taskId")
    return task_id if isinstance(task_id, str) else None
