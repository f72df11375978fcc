"""The demo's teachers, a provider's account with a proposal that waits, and one announcement.

Loading again changes nothing that is there; invented names, as all people of the demo.
"""

from __future__ import annotations

from django.utils import timezone

from portal.models import District, User
from services.courses.announcements import announce_run
from services.courses.models import Announcement, CourseProposal, CourseRun, Provider, ProviderAccount, Teacher
from services.courses.proposals import propose_change
from services.courses.vocabulary import RunStatus

TEACHERS = ("Marta Beispiel", "Jonas Muster")
ACCOUNT = "course_provider"


def load(district: District) -> None:
    """Bring them up to date; the account belongs to the provider of the first run."""
    now = timezone.now()
    open_runs = CourseRun.objects.of(district).public().under_way(now).exclude(status=RunStatus.CANCELLED)
    runs = list(open_runs.select_related("course__provider").order_by("code"))
    for provider in Provider.objects.of(district):
        for name in TEACHERS:
            Teacher.objects.get_or_create(provider=provider, name=name, defaults={"district": district})
    user, staff = User.objects.filter(username=ACCOUNT).first(), User.objects.filter(username="admin").first()
    if not runs or user is None or staff is None:
        return
    run = runs[0]
    ProviderAccount.objects.get_or_create(provider=run.course.provider, user=user)
    if not CourseProposal.objects.of(district).exists():
        propose_change(
            run=run, wish={"places_free": "3", "childcare": "onsite"}, user=user, comment="Ab Montag mit Betreuung."
        )
    if not Announcement.objects.of(district).exists():
        announce_run(run=runs[-1], user=staff)
