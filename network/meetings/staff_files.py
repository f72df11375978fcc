"""Files of a meeting in the admin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from network.meetings import actions
from network.meetings.models import Meeting
from network.meetings.staff_forms import FileForm
from network.meetings.views import handed_out
from portal.cleaning import clean
from portal.errors import DomainError


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a meeting, and one more. It is checked and rebuilt before anything is written."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = FileForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                cleaned = clean(form.cleaned_data["file"])
                actions.add_file(
                    meeting=meeting, user=request.user, file=cleaned, audience=form.cleaned_data["audience"]
                )
            except DomainError as refusal:
                form.add_error("file", str(refusal))
            else:
                messages.success(request, _("The file is there."))
                return redirect("network_meetings:files", pk)
    context = {"meeting": meeting, "form": form, "files": meeting.files.all()}
    return TemplateResponse(request, "network/meetings/admin/staff_files.html", context, status=status)


@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """One file, for the organisers."""
    return handed_out(get_object_or_404(get_object_or_404(Meeting, pk=pk).files, pk=file))


@require_POST
def remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Remove a file for good."""
    found = get_object_or_404(Meeting, pk=pk).files.filter(pk=file).first()
    if found is not None:
        actions.remove_file(file=found, user=request.user)
        messages.success(request, _("The file was removed."))
    return redirect("network_meetings:files", pk)


ADDRESSES = (
    ("files/", files, "files"),
    ("files/<int:file>/", file, "file"),
    ("files/<int:file>/remove/", remove, "file_remove"),
)
