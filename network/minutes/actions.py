"""All verbs of this subject, from the files of its parts."""

from network.minutes.agenda_actions import (
    accept,
    add_item,
    add_standard_items,
    carry_over_due,
    change_item,
    decline,
    finish_agenda,
    propose,
    remove_item,
    shift_item,
)
from network.minutes.minutes_actions import (
    WrittenMeanwhile,
    add_entry,
    remove_empty_entry,
    save_entry,
    set_frame,
    start,
)
from network.minutes.publishing_actions import (
    answer_objection,
    approve,
    approve_unopposed,
    object_to,
    publish,
    set_summary,
    submit,
    withdraw,
)
from network.minutes.task_actions import change_action, plan_action, remind_owners, set_status

__all__ = [
    "WrittenMeanwhile",
    "accept",
    "add_entry",
    "add_item",
    "add_standard_items",
    "answer_objection",
    "approve",
    "approve_unopposed",
    "carry_over_due",
    "change_action",
    "change_item",
    "decline",
    "finish_agenda",
    "object_to",
    "plan_action",
    "propose",
    "publish",
    "remind_owners",
    "remove_empty_entry",
    "remove_item",
    "save_entry",
    "set_frame",
    "set_status",
    "set_summary",
    "shift_item",
    "start",
    "submit",
    "withdraw",
]
