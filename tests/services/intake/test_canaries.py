"""Fifty canaries in every field of a whole journey, errors and withdrawal included: none sings anywhere afterwards."""

from __future__ import annotations

import logging
import re
import uuid

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from portal.outbox import deliver_due
from services.inbox import notices
from services.inbox.models import Case
from tests.services.inbox.test_canary import disguises, every_cell
from tests.services.intake.factories import Walker, open_form
from tests.services.intake.test_resume import elsewhere, save
from tests.services.intake.test_two_devices import seen

pytestmark = pytest.mark.ignore_template_errors
CANARIES = [f"Kanarienvogel{number:02}x{number * 7919}" for number in range(50)]


@pytest.fixture
def heard(portal, caplog):
    """The journey of Amira with two devices, of Lena who answers; what was left behind outside of the database."""
    caplog.set_level(logging.DEBUG)
    open_form(portal)
    birds, reports = iter(CANARIES), []
    amira = Walker(Client(raise_request_exception=False)).start()
    amira.client.post("/de/forms/counselling/start/", {"ags": next(birds), "topic": next(birds)})
    # Too early, wrong, half, unknown: everything that is kept unchecked.
    amira.post("topic", text=next(birds), topics=[next(birds)])
    amira.post("danger", danger=next(birds))
    amira.post("danger", danger="none")
    amira.act("who", "save", actor="helper", helper_name=next(birds), helper_phone=next(birds), nonsense=next(birds))
    other = elsewhere(amira, save(amira))
    Client().post("/de/forms/resume/", {"code": next(birds)})
    amira.fill(
        **{"actor": "helper", "knows": "yes", "helper_name": next(birds), "helper_phone": "07721 55501"},
        contact_whom="both",
        text=" ".join(next(birds) for _bird in range(16)),
        channels=["phone", "email", "letter"],
        email_address=f"{next(birds)}@example.org",
        postal_address=f"{next(birds)}\n{next(birds)}",
        **{"safe": "not_safe", "safe_time": next(birds), "may_leave_message": "no", "code_word": next(birds)},
        best_times=None,
        name=next(birds),
    )
    mark = seen(other, "topic")
    amira.post("topic", topics=["work"], text=next(birds))
    data = {"q-shown": ["topics", "text"], "q-topics": "work", "q-text": next(birds), "seen": mark}
    both = other.client.post(other.path("topic"), data)["Location"]
    other.client.get(both)
    other.client.post(both, {"keep": "theirs"})
    reports.append(_breaks(amira, next(birds)))
    amira.send()
    receipt = amira.store().receipt
    amira.client.post(amira.path("notice"), {"email": f"{next(birds)}@example.org", "sure": "on"})
    amira.client.post(amira.path("notice"), {"email": next(birds), "sure": "on"})
    _writes_and_is_answered(portal, amira.client, receipt, birds)
    missing = [f"/de/{next(birds)}/", f"/de/forms/{next(birds)}/start/", f"/de/forms/counselling/{next(birds)}/x/"]
    for path in missing:
        Client().post(path, {"x": next(birds)})
    notices.queue_notices()
    deliver_due()
    Client().post("/de/status/", {"number": receipt["number"], "secret": next(birds)})
    # Addresses nobody has are in the log of requests that production does not write (portal.logs).
    logs = "".join(line for line in caplog.text.splitlines(keepends=True) if not any(path in line for path in missing))
    mails = "".join(one.subject + one.body + str(one.extra_headers) for one in mail.outbox)
    left = logs + mails + "".join(reports) + "".join(str(value) for value in getattr(cache, "_cache", {}).values())
    return amira, receipt, left, list(birds)


def _breaks(walker: Walker, bird: str) -> str:
    """A page of ours breaks while somebody sends text; the report that operators would get."""
    request = Client().post(walker.path("topic"), {"q-text": bird}).wsgi_request
    try:
        text = bird + "!"
        raise RuntimeError(len(text))
    except RuntimeError as problem:
        reporter = ExceptionReporter(request, type(problem), problem, problem.__traceback__)
        assert type(get_exception_reporter_filter(request)).__name__ == "NothingTyped"
        return reporter.get_traceback_text() + reporter.get_traceback_html()


def _writes_and_is_answered(portal, client, receipt, birds):
    client.post("/de/status/", {"number": receipt["number"], "secret": receipt["secret"]})
    case = Case.objects.get()
    for text in (next(birds), next(birds) * 300):
        client.post("/de/status/message/", {"case": str(case.pk), "id": str(uuid.uuid4()), "text": text})
    staff = Client()
    staff.force_login(portal.lena)
    page = reverse("case", args=[case.pk])
    for action in ("reply", "note", "reply"):
        case.refresh_from_db()
        data = {"action": action, "text": next(birds), "version": case.version, "language": "de", "after": "waiting"}
        staff.post(page, data)
    staff.get(page)
    staff.get(f"{reverse('inbox')}?q={next(birds)}")
    client.get("/de/status/")


def found_in(haystacks, birds):
    forms = [(bird, form) for bird in birds for form in disguises(bird)]
    return [(name, bird) for name, text in haystacks for bird, form in forms if form in text]


def test_no_canary_sings_in_any_table_log_mail_cache_session_or_report(heard):
    amira, receipt, left, unused = heard
    flown = [bird for bird in CANARIES if bird not in unused]
    assert flown == CANARIES
    assert not found_in(every_cell(), CANARIES)
    assert not found_in([("outside", left.encode())], CANARIES)
    assert receipt["secret"] not in left
    assert not re.search(r"192\.0\.2\.|127\.0\.0\.1", "".join(str(cell) for _table, cell in every_cell()))


def test_after_withdrawing_nothing_can_be_read_even_with_all_keys(heard, portal):
    amira, receipt, _left, _unused = heard
    amira.client.post("/de/status/", {"number": receipt["number"], "secret": receipt["secret"]})
    assert amira.client.post("/de/status/withdraw/").status_code == 303
    case = Case.objects.get()
    assert (bytes(case.answers_ct), case.keys.count(), case.messages.count(), case.notes.count()) == (b"", 0, 0, 0)
    assert not found_in(every_cell(), CANARIES)


def test_every_canary_was_really_kept_where_it_belongs(portal):
    """Else the test above would be green because nothing was written at all."""
    open_form(portal)
    amira = Walker(Client()).start().fill(text=CANARIES[0])
    amira.act("contact", "save", name=CANARIES[1])
    kept = amira.store().kept.as_bytes().decode()
    assert CANARIES[0] in kept
    assert CANARIES[1] in kept
