"""Pages of mail about courses: ask for it, confirm it, change it, end it. Links of mails do nothing until a button is
pressed, because programs that look for viruses open every link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.errors import DomainError
from portal.languages import SOURCE, complete_codes
from portal.models import District
from portal.rates import count_post
from services.courses import subscription_actions as actions
from services.courses.subscription_forms import ChangeForm, SubscribeForm
from services.courses.subscription_models import Subscription
from services.courses.subscription_targets import page_of, target_in, target_of, words_of

MOST_WRONG_LINKS = 100
"""Wrong links one address may try in an hour. They cannot be guessed; this keeps the noise down."""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def course_mails(request: HttpRequest) -> HttpResponse:
    """The form. What the mails are about stands in the address, as on the list: filters, a course or a run."""
    now, district = timezone.now(), District.objects.for_request(request)
    target = target_in(request.GET, district, now)
    form = SubscribeForm(
        request.POST if request.method == "POST" else None,
        is_filter=target.is_filter,
        initial={"language": get_language() or SOURCE, "changes": True},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                count_post(request, "course-mails")
                actions.subscribe(
                    district=district,
                    target=target,
                    address=form.cleaned_data["email"],
                    language=form.cleaned_data["language"],
                    wants_changes=form.wants_changes,
                    at=now,
                )
                return redirect("course_mails_sent")
            except DomainError as refusal:  # what was typed stays in the form
                form.add_error(None, str(refusal))
                status = refusal.status
    context = {
        "form": form,
        "about": words_of(target, district, now),
        "back": page_of(target),
        "query": target.address,
        "translations": complete_codes(),
        "noindex": True,
    }
    response = render(request, "services/courses/subscription_form.html", context, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def course_mails_sent(request: HttpRequest) -> HttpResponse:
    """The same for everybody: whether an address gets mail already is nobody's business."""
    context = {"translations": complete_codes(), "noindex": True, "back": _list()}
    return render(request, "services/courses/subscription_sent.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def course_mails_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of a mail: confirm, go on, pause, change, stop."""
    subscription = actions.with_token(District.objects.for_request(request), token)
    if subscription is None:
        count_post(request, "course-mails-unknown", MOST_WRONG_LINKS)
        return _secret(render(request, "services/courses/subscription_gone.html", {"noindex": True}, status=404))
    form = ChangeForm(
        initial={"language": subscription.language, "changes": subscription.wants_changes},
        is_filter=target_of(subscription).is_filter,
    )
    if request.method != "POST":
        return _page(request, subscription, form)
    count_post(request, "course-mails-page")
    do = request.POST.get("do", "")
    if do == "change":
        form = ChangeForm(request.POST, is_filter=target_of(subscription).is_filter)
        if not form.is_valid():
            return _page(request, subscription, form, status=422)
        actions.change(
            subscription=subscription, language=form.cleaned_data["language"], wants_changes=form.wants_changes
        )
        return _again(token, form.cleaned_data["language"])
    if do in ("stop", "stop_all"):
        (actions.stop_all if do == "stop_all" else actions.stop)(subscription=subscription)
        return _stopped(request)
    if not _done(do, subscription):
        return _page(request, subscription, form, status=422)
    return _again(token, get_language())


# Mail programs post here by themselves: no cookie, no login, no question (RFC 8058 §3.1). The token is the proof. No
# limit either: one provider posts for all its customers from a few addresses.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def course_mails_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End one subscription: a button for people, one POST for programs. Twice is as good as once, and so is unknown."""
    subscription = actions.with_token(District.objects.for_request(request), token)
    if request.method == "POST" or subscription is None:
        if subscription is not None:
            actions.stop(subscription=subscription)
        return _stopped(request)
    context = {"about": _about(subscription), "noindex": True, "translations": []}
    return _secret(render(request, "services/courses/subscription_stop.html", context))


def _done(do: str, subscription: Subscription) -> bool:
    now = timezone.now()
    deeds: dict[str, Callable[..., None]] = {
        "confirm": actions.confirm,
        "keep": actions.keep,
        "pause": actions.pause,
        "resume": actions.resume,
    }
    if do not in deeds:
        return False
    deeds[do](subscription=subscription, at=now)
    return True


def _page(request: HttpRequest, subscription: Subscription, form: Any, status: int = 200) -> HttpResponse:
    context = {
        "subscription": subscription,
        "about": _about(subscription),
        "back": page_of(target_of(subscription)),
        "form": form,
        "noindex": True,
    }
    return _secret(render(request, "services/courses/subscription_page.html", context, status=status))


def _about(subscription: Subscription) -> list[str]:
    return words_of(target_of(subscription), subscription.district, timezone.now())


def _stopped(request: HttpRequest) -> HttpResponse:
    context = {"noindex": True, "back": _list()}
    return _secret(render(request, "services/courses/subscription_stopped.html", context))


def _again(token: str, code: str | None) -> HttpResponseRedirect:
    """The page anew, in the language chosen."""
    with translation.override(code):
        return _secret(redirect("course_mails_page", token=token))


def _secret(response: Any) -> Any:
    """A page at a secret address: kept nowhere, listed nowhere, passed on to nobody."""
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def _list() -> str:
    return reverse("courses_feed").removesuffix("calendar.ics")
