"""Minutes in the admin: the desk with entries, approval, publication; and the page where one entry is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from network.meetings.models import Meeting
from network.minutes import actions
from network.minutes.agenda_board import ADMIN, meeting_of, number_in
from network.minutes.attendance import attendance_of
from network.minutes.guard import mark
from network.minutes.models import Minutes, MinutesEntry, Objection
from network.minutes.papers import corrections, entries_of, set_aside
from network.minutes.permissions import can_publish_minutes, can_write_minutes
from network.minutes.staff_forms import EntryForm, FrameForm, SubmitForm, SummaryForm
from network.minutes.statuses import MinutesStatus, Scope, VersionKind
from portal.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the minutes as a whole; POST does the one thing named in `do`."""
    meeting = meeting_of(request, pk, can_write_minutes)
    minutes = (
        Minutes.objects.select_related("meeting__district__site", "meeting__organiser", "taker")
        .filter(meeting=meeting)
        .first()
    )
    bound: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            sentence = _do(request, meeting, minutes, bound)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            status = refusal.status
        else:
            if sentence:
                messages.success(request, sentence)
                return redirect("network_minutes_desk", pk)
            status = 422
    return TemplateResponse(
        request, f"{ADMIN}/staff_minutes.html", _desk(request, meeting, minutes, bound), status=status
    )


def _desk(request: HttpRequest, meeting: Meeting, minutes: Minutes | None, bound: dict[str, Any]) -> dict[str, Any]:
    context: dict[str, Any] = {
        "meeting": meeting,
        "minutes": minutes,
        "may_publish": can_publish_minutes(request.user, meeting),
        "attendance": attendance_of(meeting),
    }
    if minutes is not None:
        minutes.refresh_from_db()
        context.update(
            entries=entries_of(minutes),
            is_draft=minutes.status == MinutesStatus.DRAFT,
            is_submitted=minutes.status == MinutesStatus.SUBMITTED,
            is_approved=minutes.status == MinutesStatus.APPROVED,
            is_out=minutes.scope != Scope.NOBODY,
            frame_form=bound.get("frame") or FrameForm(minutes=minutes, auto_id="frame_%s"),
            submit_form=bound.get("submit") or SubmitForm(auto_id="submit_%s"),
            summary_form=bound.get("summary") or SummaryForm(minutes=minutes, auto_id="summary_%s"),
            objections=minutes.objections.select_related("invitation__member", "entry"),
        )
    return context


def _do(request: HttpRequest, meeting: Meeting, minutes: Minutes | None, bound: dict[str, Any]) -> str:
    """The sentence that says it is done; empty where a form must be corrected."""
    do, user = request.POST.get("do", ""), request.user
    if do == "start":
        actions.start(meeting=meeting, user=user)
        return _("The minutes are open. Write them point by point.")
    if minutes is None:
        raise DomainError(_("Please open the minutes first."))
    if do in _DEEDS:
        return _DEEDS[do](request, minutes, bound)
    raise DomainError(_("Please choose one of the buttons."))


def _add(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    heading = request.POST.get("heading", "").strip()[:160]
    if not heading:
        raise DomainError(_("Please give the new entry a heading."))
    actions.add_entry(minutes=minutes, user=request.user, heading=heading, after=_entry(request, minutes))
    return _("The entry is there.")


def _remove(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    entry = _entry(request, minutes)
    if entry is not None:
        actions.remove_empty_entry(entry=entry, user=request.user)
    return _("The empty entry is gone.")


def _approve(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    actions.approve(minutes=minutes, user=request.user)
    return _("The minutes are approved.")


def _publish(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    actions.publish(minutes=minutes, user=request.user, scope=request.POST.get("scope", ""))
    return _("From now on these people can read the minutes.")


def _withdraw(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    actions.withdraw(minutes=minutes, user=request.user)
    return _("The minutes are withdrawn. Nobody but those who write them can read them.")


def _answer(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    rows = Objection.objects.filter(minutes=minutes).select_related("minutes__meeting__district")
    objection = get_object_or_404(rows, pk=number_in(request, "objection"))
    text = request.POST.get("answer", "").strip()[:1000]
    actions.answer_objection(objection=objection, user=request.user, accepted="accepted" in request.POST, answer=text)
    return _("The answer is on its way.")


def _frame(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    form = bound["frame"] = FrameForm(request.POST, minutes=minutes, auto_id="frame_%s")
    if not form.is_valid():
        return ""
    wanted = {name: form.cleaned_data[name] for name in ("taker", "attendance_note")}
    actions.set_frame(minutes=minutes, user=request.user, **wanted)
    return _("Saved.")


def _submit(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    form = bound["submit"] = SubmitForm(request.POST, auto_id="submit_%s")
    if not form.is_valid():
        return ""
    actions.submit(minutes=minutes, user=request.user, days=form.cleaned_data["days"])
    return _("The minutes are with those who were invited. They get a mail.")


def _summary(request: HttpRequest, minutes: Minutes, bound: dict[str, Any]) -> str:
    form = bound["summary"] = SummaryForm(request.POST, minutes=minutes, auto_id="summary_%s")
    if not form.is_valid():
        return ""
    wanted = {name: form.cleaned_data[name] for name in ("title", "text")}
    public = "public" in request.POST
    actions.set_summary(minutes=minutes, user=request.user, public=public, **wanted)
    mark(form.suspicions, district=minutes.meeting.district, user=request.user, false_alarms=form.false_alarms)
    return _("Everybody can read the summary.") if public else _("Saved. Nobody sees the summary.")


_DEEDS = {
    "frame": _frame,
    "submit": _submit,
    "summary": _summary,
    "entry": _add,
    "remove": _remove,
    "approve": _approve,
    "publish": _publish,
    "withdraw": _withdraw,
    "answer": _answer,
}


def _entry(request: HttpRequest, minutes: Minutes) -> MinutesEntry | None:
    if not request.POST.get("after"):
        return None
    return get_object_or_404(
        minutes.entries.select_related("minutes__meeting__district"), pk=number_in(request, "after")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def write_entry(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Write one entry. When somebody saved it meanwhile the answer is 409 with both texts; neither is lost."""
    meeting = meeting_of(request, pk, can_write_minutes)
    rows = MinutesEntry.objects.filter(minutes__meeting=meeting)
    found = get_object_or_404(rows.select_related("minutes__meeting__district__site", "written_by"), pk=entry)
    conflict: actions.WrittenMeanwhile | None = None
    status = 200
    if request.method == "POST":
        form = EntryForm(request.POST, entry=found)
        status = 422
        if form.is_valid():
            try:
                _save(request, form, found)
                messages.success(request, _("Saved: {heading}").format(heading=form.cleaned_data["heading"]))
                return _next(request, found)
            except actions.WrittenMeanwhile as meanwhile:
                conflict, status = meanwhile, meanwhile.status
                form = _again(request, meanwhile.entry)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
    else:
        form = EntryForm(entry=found, initial=_taken(request, found))
    return TemplateResponse(request, f"{ADMIN}/staff_entry.html", _page(meeting, found, form, conflict), status=status)


def _page(
    meeting: Meeting, entry: MinutesEntry, form: EntryForm, conflict: actions.WrittenMeanwhile | None
) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "entry": entry,
        "form": form,
        "conflict": conflict,
        "standing": conflict.entry if conflict else None,
        "is_draft": entry.minutes.status == MinutesStatus.DRAFT,
        "actions": entry.action_items.select_related("owner", "organisation"),
        "aside": set_aside(entry),
        "drafts": entry.versions.filter(kind=VersionKind.SAVED).order_by("-pk")[:20],
        "corrections": corrections(entry),
    }


def _save(request: HttpRequest, form: EntryForm, entry: MinutesEntry) -> None:
    typed = form.cleaned_data
    content = form.content()
    revision = typed["revision"]
    if "join" in request.POST:
        standing = MinutesEntry.objects.get(pk=entry.pk)
        if standing.revision == revision:
            content["note"] = "\n\n".join(part for part in (standing.note, content["note"]) if part)[:20000]
            content["decision"] = content["decision"] or standing.decision
    actions.save_entry(
        entry=entry,
        user=request.user,
        revision=revision,
        content=content,
        reason=typed.get("reason", ""),
        erase_earlier=typed.get("erase_earlier", False),
        suspicions=form.suspicions,
        guard_reason=typed["guard_reason"],
        false_alarms=form.false_alarms,
    )
    if typed["action_text"]:
        actions.plan_action(
            district=entry.minutes.meeting.district,
            user=request.user,
            text=typed["action_text"],
            owner=typed["action_owner"],
            organisation=typed["action_organisation"],
            due=typed["action_due"],
            entry=entry,
        )


def _again(request: HttpRequest, standing: MinutesEntry) -> EntryForm:
    """The same form with what was typed, now on top of what stands."""
    typed = request.POST.copy()
    typed["revision"] = str(standing.revision)
    return EntryForm(typed, entry=standing)


def _taken(request: HttpRequest, entry: MinutesEntry) -> dict[str, Any]:
    """A wording set aside or an earlier draft, taken into the form; nothing is saved yet."""
    number = request.GET.get("take", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return {}
    version = entry.versions.filter(pk=int(number)).first()
    return dict(version.content) if version else {}


def _next(request: HttpRequest, entry: MinutesEntry) -> HttpResponse:
    meeting = entry.minutes.meeting_id
    after = entry.minutes.entries.filter(order__gt=entry.order).order_by("order", "pk").first()
    if "next" in request.POST and after is not None:
        return redirect("network_minutes_entry", meeting, after.pk)
    if "stay" in request.POST:
        return redirect("network_minutes_entry", meeting, entry.pk)
    return redirect("network_minutes_desk", meeting)
