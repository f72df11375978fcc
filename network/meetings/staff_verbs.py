"""What coordinators do with a meeting in the admin: for each verb its form, the action it calls, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from network.meetings import actions
from network.meetings.forms import CapacityForm, MoveForm, ReasonForm
from network.meetings.invite_forms import InviteForm
from network.meetings.models import Meeting
from network.meetings.staff_forms import NextForm, RepeatForm
from network.meetings.statuses import AHEAD, OFF, MeetingStatus


@dataclass(frozen=True)
class Verb:
    """Something a coordinator does with a meeting: its form, and the action that the filled form calls."""

    label: str | Promise
    form: Callable[[Meeting, Any], forms.Form]
    run: Callable[[Meeting, Any, dict[str, Any], Any], Any]
    done: str | Promise
    states: frozenset[str] = AHEAD
    is_serious: bool = False
    shows_first: bool = False
    only: Callable[[Meeting], bool] = lambda meeting: True


def in_series(meeting: Meeting) -> bool:
    """Whether there are later dates at all."""
    return meeting.series_id is not None


def _move_form(meeting: Meeting, data: Any) -> MoveForm:
    names = ("day", "starts", "last_day", "ends", "mode", "place", "sequence")
    return MoveForm(data, initial={name: getattr(meeting, name) for name in names})


def _move_all_form(meeting: Meeting, data: Any) -> MoveForm:
    form = _move_form(meeting, data)
    del form.fields["last_day"]
    return form


def _reason_form(meeting: Meeting, data: Any) -> ReasonForm:
    return ReasonForm(data, initial={"sequence": meeting.sequence})


VERBS: dict[str, Verb] = {
    "publish": Verb(
        gettext_lazy("Publish"),
        lambda meeting, data: forms.Form(data),
        lambda meeting, user, data, form: actions.publish(meeting=meeting, user=user),
        gettext_lazy("The meeting is announced to its audience."),
        AHEAD - OFF,
        only=lambda meeting: meeting.published_at is None,
    ),
    "invite": Verb(
        gettext_lazy("Invite"),
        lambda meeting, data: InviteForm(data, district=meeting.district),
        lambda meeting, user, data, form: actions.invite(
            meeting=meeting, user=user, members=form.chosen_members(), guests=form.chosen_guests()
        ),
        gettext_lazy("The invitations are on their way. Nobody was invited twice."),
        AHEAD - OFF,
    ),
    "move": Verb(
        gettext_lazy("Move"),
        _move_form,
        lambda meeting, user, data, form: actions.move(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was moved. All who have not said no get a mail."),
    ),
    "capacity": Verb(
        gettext_lazy("Add seats"),
        lambda meeting, data: CapacityForm(data, initial={"capacity": meeting.capacity}),
        lambda meeting, user, data, form: actions.raise_capacity(meeting=meeting, user=user, **data),
        gettext_lazy("The seats were added and given to the waiting list in its order."),
        only=lambda meeting: meeting.capacity is not None,
    ),
    "postpone": Verb(
        gettext_lazy("Postpone"),
        _reason_form,
        lambda meeting, user, data, form: actions.postpone(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was postponed. All who have not said no get a mail."),
        AHEAD - OFF,
        is_serious=True,
    ),
    "cancel": Verb(
        gettext_lazy("Cancel the meeting"),
        _reason_form,
        lambda meeting, user, data, form: actions.cancel(meeting=meeting, user=user, **data),
        gettext_lazy("The meeting was cancelled. All who have not said no get a mail."),
        is_serious=True,
    ),
    "next": Verb(
        gettext_lazy("Prepare the next one"),
        lambda meeting, data: NextForm(data, meeting=meeting),
        lambda meeting, user, data, form: actions.prepare_next(meeting=meeting, user=user, **data),
        gettext_lazy("The next meeting is there as a draft, with the same facts and agenda. Look at it and invite."),
        frozenset(MeetingStatus),
    ),
    "repeat": Verb(
        gettext_lazy("Make a series"),
        lambda meeting, data: RepeatForm(data, meeting=meeting),
        lambda meeting, user, data, form: actions.repeat(meeting=meeting, user=user, **form.rule()),
        gettext_lazy("The dates of the series are there. Each can be changed on its own."),
        AHEAD - OFF,
        shows_first=True,
        only=lambda meeting: meeting.series_id is None,
    ),
    "invite-all": Verb(
        gettext_lazy("Invite to this and all later dates"),
        lambda meeting, data: InviteForm(data, district=meeting.district),
        lambda meeting, user, data, form: actions.invite_following(
            meeting=meeting, user=user, members=form.chosen_members(), guests=form.chosen_guests()
        ),
        gettext_lazy("The invitations are on their way, one mail for all dates. Nobody was invited twice."),
        AHEAD - OFF,
        only=in_series,
    ),
    "move-all": Verb(
        gettext_lazy("Move this and all later dates"),
        _move_all_form,
        lambda meeting, user, data, form: actions.move_following(meeting=meeting, user=user, **data),
        gettext_lazy("The dates were moved. All who have not said no get one mail."),
        AHEAD - OFF,
        only=in_series,
    ),
    "cancel-all": Verb(
        gettext_lazy("Cancel this and all later dates"),
        _reason_form,
        lambda meeting, user, data, form: actions.cancel_following(meeting=meeting, user=user, **data),
        gettext_lazy("The dates were cancelled. All who have not said no get one mail."),
        AHEAD - OFF,
        is_serious=True,
        only=in_series,
    ),
}


def verbs_for(meeting: Meeting) -> list[tuple[str, Verb]]:
    """What can be done with a meeting in its state, by name."""
    return [(name, verb) for name, verb in VERBS.items() if meeting.status in verb.states and verb.only(meeting)]
