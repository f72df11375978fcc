"""Trying a form out: the real steps, the real office, and nothing that stays."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.errors import NotAllowed
from portal.models import OutboxMessage
from services.inbox.models import Case, Submission
from services.intake import actions
from services.intake.models import Draft, FormCounter, FormVersion
from services.intake.previewing import NotInPreview, PreviewEnded, find_preview, open_preview, store_of
from tests.cast import Cast
from tests.services.intake.factories import STEPS, USUAL, compile_form, know_who_helps, open_form, source, translated

MARK = 'id="preview"'
CANARY = "Kanarienvogel-7731"


class Trial:
    """Eva tries a form out."""

    def __init__(self, client: Any, start: str) -> None:
        self.client, self.start_page = client, start

    def path(self, where: str, code: str = "de") -> str:
        return f"{self.start_page.rsplit('/', 2)[0]}/{code}/{where}/"

    def post(self, where: str, **answers: Any) -> Any:
        return self.client.post(self.path(where), {f"q-{key}": value for key, value in answers.items()})

    def fill(self, **changes: Any) -> Trial:
        given = {**USUAL, **changes}
        for name in ("danger", "who", "where", "topic", "contact"):
            answers = {key: value for key, value in given.items() if key in STEPS[name] and value is not None}
            for _round in range(3):
                seen = self.client.get(self.path(name))
                if seen.status_code != 200:
                    break
                assert MARK in seen.content.decode(), name
                shown = re.findall(r'name="q-shown" value="(\w+)"', seen.content.decode())
                response = self.post(name, shown=shown, **answers)
                assert response.status_code == 303
                if f"/{name}/" not in response["Location"]:
                    break
        return self


@pytest.fixture
def eva(client, portal):
    know_who_helps(portal)
    client.force_login(portal.eva)
    return client


@pytest.fixture
def trial(eva, portal):
    document = compile_form(source(), translated(source()))
    return Trial(eva, open_preview(user=portal.eva, district=portal.district, document=document))


def number(trial: Trial) -> str:
    return re.search(r"[0-9a-f-]{36}", trial.start_page)[0]


def test_an_unpublished_form_is_walked_to_its_check_page(trial):
    assert not FormVersion.objects.exists()
    page = trial.client.get(trial.start_page)
    assert page.status_code == 200
    assert MARK in page.content.decode()
    assert trial.client.post(trial.start_page).status_code == 303
    check = trial.fill().client.get(trial.path("check"))
    assert check.status_code == 200
    assert "Meine Heizung ist kaputt." in check.content.decode()
    assert "Landratsamt, Integrationsmanagement" in check.content.decode()
    assert "R6" in check.content.decode()
    assert MARK in check.content.decode()


def test_at_the_end_there_is_no_case_no_draft_no_counter_and_no_mail(trial, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        end = trial.fill().client.post(trial.path("check"))
    assert end.status_code == 200
    assert "Landratsamt, Integrationsmanagement" in end.content.decode()
    for model in (Case, Submission, Draft, FormCounter, FormVersion, OutboxMessage):
        assert not model.objects.exists(), model


def test_the_urgency_and_the_day_are_told(trial):
    end = trial.fill(danger="violence", text=None).client.post(trial.path("check")).content.decode()
    assert "Gefahr" in end or "Danger" in end


def test_sending_before_the_end_leads_to_the_open_step(trial):
    response = trial.client.post(trial.path("check"))
    assert response.status_code == 303
    assert response["Location"].endswith("/de/danger/")


def test_every_step_is_the_real_one_with_its_mistakes(trial):
    response = trial.post("danger", shown=["danger"])
    page = trial.client.get(response["Location"])
    assert page.status_code == 422
    assert MARK in page.content.decode()
    assert "error-summary" in page.content.decode()


def test_doors_and_stops_are_marked_too(trial):
    trial.fill(unaccompanied_minor="yes")
    doors = trial.client.get(trial.path("doors")).content.decode()
    assert MARK in doors
    assert "Jugendamt" in doors
    assert trial.client.post(trial.path("doors")).status_code == 303
    trial.fill(actor="helper", knows="no")
    assert MARK in trial.client.get(trial.path("stop")).content.decode()


def test_another_language_keeps_what_was_typed(trial):
    trial.fill()
    page = trial.client.get(trial.path("topic", "ar")).content.decode()
    assert "Meine Heizung ist kaputt." in page
    assert 'dir="rtl"' in page
    assert MARK in page


def test_pressing_change_the_language_stays_in_the_preview(trial):
    response = trial.client.post(trial.path("danger"), {"action": "language"})
    assert response["Location"].startswith(trial.path("danger"))


def test_leaving_erases_what_was_typed_and_logs_nobody_out(trial):
    trial.fill(text=CANARY)
    response = trial.client.post(trial.path("leave"), {"exit": "quick"})
    assert response["Location"] == trial.start_page
    assert not response.has_header("Clear-Site-Data")
    assert trial.client.get(trial.path("check")).status_code == 303
    assert trial.client.get("/admin/").status_code == 200


def test_pressing_start_forgets_the_trial_before(trial):
    trial.fill()
    trial.client.post(trial.start_page)
    assert trial.client.get(trial.path("check")).status_code == 303


def test_what_was_typed_is_nowhere_in_plain_text(trial, portal):
    trial.fill(text=CANARY)
    kept = "".join(repr(cache.get(f"intake.preview:{number(trial)}:{part}")) for part in ("answers", "document"))
    assert "danger" in kept
    assert CANARY not in kept
    assert CANARY not in repr(dict(trial.client.session))


def test_a_preview_says_that_nobody_may_keep_it(trial):
    response = trial.client.get(trial.path("danger"))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_the_public_cannot_reach_it(trial, client):
    client.logout()
    for where in ("danger", "check", "leave"):
        response = client.get(trial.path(where))
        assert response.status_code == 302
        assert "login" in response["Location"]
    assert client.get(f"/de/forms/counselling/{number(trial)}/danger/").status_code in {404, 410}


@pytest.mark.parametrize("name", ["omar", "lena", "tarik"])
def test_staff_who_do_not_edit_are_refused(trial, client, portal, name):
    client.force_login(getattr(portal, name))
    for address in (trial.start_page, trial.path("danger")):
        assert client.get(address).status_code == 403


def test_another_editor_does_not_see_what_eva_typed(trial, client, portal):
    trial.fill(text=CANARY)
    client.force_login(portal.ada)
    response = client.get(trial.path("check"))
    assert response.status_code == 410
    assert CANARY not in response.content.decode()


def test_a_preview_that_never_was_is_told_kindly(eva):
    address = reverse("form_preview_page", kwargs={"number": uuid4(), "code": "de", "where": "danger"})
    assert eva.get(address).status_code == 410


def test_a_preview_that_was_forgotten_has_ended(trial, portal):
    cache.clear()
    with pytest.raises(PreviewEnded):
        find_preview(number(trial), portal.eva, portal.district)


def test_whoever_may_not_preview_cannot_begin_one(portal: Cast):
    with pytest.raises(NotAllowed):
        open_preview(user=portal.omar, district=portal.district, document={"key": "x", "steps": []})


def test_sending_a_preview_is_refused_wherever_it_is_tried(trial, portal):
    trial.fill()
    store = store_of(find_preview(number(trial), portal.eva, portal.district), portal.district)
    from django.utils import timezone

    with pytest.raises(NotInPreview):
        actions.submit_draft(store=store, language="de", at=timezone.now())
    with pytest.raises(NotInPreview):
        store.finish({}, timezone.now())
    assert not Case.objects.exists()


def test_a_published_version_opens_from_its_history_and_leads_back(client, portal):
    open_form(portal)
    client.force_login(portal.eva)
    response = client.get(reverse("form_preview_version", args=["counselling", 1]))
    assert response.status_code == 302
    page = client.get(response["Location"]).content.decode()
    assert reverse("form_history", args=["counselling"]) in page
    assert not Draft.objects.exists()


def test_nonsense_in_the_address_is_no_error(trial):
    for path in (trial.path("danger", "xx"), trial.path("no-such-step"), trial.path("receipt"), trial.path("doors")):
        assert trial.client.get(path).status_code in {200, 302, 303}, path
    assert trial.client.post(trial.path("no-such-step"), {"q-x": "\x00" * 10}).status_code in {302, 303}


def test_the_real_form_carries_no_mark(client, portal):
    from tests.services.intake.factories import Walker

    open_form(portal)
    assert MARK not in Walker(client).start().get("danger").content.decode()
