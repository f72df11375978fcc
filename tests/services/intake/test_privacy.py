"""What stays secret: the answers in the database, the token, the pages; and what hostile input does: nothing."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.errors import TooMany
from portal.rates import count_post
from services.inbox.models import Case, Submission
from services.intake.answers import AnswerStore, draft_of
from services.intake.guard import POSTS_PER_DRAFT
from services.intake.models import Draft
from tests.services.intake.factories import Walker, case_of, open_form

CANARIES = [f"Kanarienvogel{number:02}x{number * 7919}" for number in range(20)]


@pytest.fixture
def amira(portal, client) -> Walker:
    open_form(portal)
    return Walker(client).start()


def everything_stored() -> str:
    """All tables as text, binary columns as hexadecimal and as they are."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 - our own table names
            for row in cursor.fetchall():
                found += [
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell) for cell in row
                ]
    found += [str(value) for value in getattr(cache, "_cache", {}).values()]
    return "\n".join(found)


def sing(amira):
    """Put a canary into every field that takes words."""
    birds = iter(CANARIES)
    amira.fill(
        actor="helper",
        knows="yes",
        helper_name=next(birds),
        helper_phone="07721 55501",
        contact_whom="both",
        text=f"{next(birds)} {next(birds)} {next(birds)}",
        channels=["phone", "email", "letter"],
        phone_number="07721 55502",
        email_address=f"{next(birds)}@example.org",
        postal_address=f"{next(birds)}\n{next(birds)}",
        safe="not_safe",
        safe_time=next(birds),
        may_leave_message="no",
        code_word=next(birds),
        name=next(birds),
    )
    amira.act("contact", "back", name=" ".join(birds))


def test_no_canary_sings_in_any_table_before_or_after_sending(portal, amira):
    sing(amira)
    kept = amira.store().kept.as_bytes().decode()
    assert all(bird in kept for bird in CANARIES)
    before = everything_stored()
    assert not [bird for bird in [*CANARIES, "55501", "55502"] if bird in before]
    amira.send()
    _case, entries = case_of(portal)
    assert CANARIES[0] in str(entries)
    after = everything_stored()
    assert not [bird for bird in [*CANARIES, "55501", "55502"] if bird in after]
    assert not Session.objects.exists()


def test_the_token_and_the_secret_are_in_no_table(amira):
    token = next(morsel.value for name, morsel in amira.client.cookies.items() if name.startswith("lotse_draft_"))
    amira.fill().send()
    secret = amira.store().receipt["secret"]
    stored = everything_stored()
    assert token not in stored
    assert secret not in stored


def test_a_draft_copied_onto_another_opens_for_neither(amira):
    other = Walker(Client()).start()
    other.post("danger", danger="medical")
    amira.post("danger", danger="none")
    Draft.objects.filter(pk=amira.draft).update(answers_ct=Draft.objects.get(pk=other.draft).answers_ct)
    assert amira.get("danger").status_code == 404
    assert other.get("danger").status_code == 200


def test_the_length_of_what_is_kept_says_little(amira):
    amira.post("danger", danger="none")
    short = len(bytes(Draft.objects.get().answers_ct))
    amira.post("danger", shown=["danger", "danger_help", "danger_self"], danger="self_harm")
    assert len(bytes(Draft.objects.get().answers_ct)) == short


def test_the_cookie_belongs_to_this_browser_alone(portal, client):
    open_form(portal)
    response = client.post("/de/forms/counselling/start/", secure=False)
    name = next(name for name in response.cookies if name.startswith("lotse_draft_"))
    morsel = response.cookies[name]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["max-age"]) == (True, "Lax", "/", 86_400)
    assert not morsel["secure"]
    secure = client.post("/de/forms/counselling/start/", secure=True)
    assert all(
        morsel["secure"] for key, morsel in secure.cookies.items() if key.startswith("lotse_draft_") and morsel.value
    )


def test_reading_about_the_form_sets_no_cookie(portal, client):
    open_form(portal)
    for path in ("/de/forms/", "/ar/forms/counselling/", "/de/forms/counselling/?ags=08326012"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
        assert response["ETag"]


def test_every_page_of_a_draft_is_kept_by_nobody(amira):
    amira.fill()
    pages = [amira.get(where) for where in ("danger", "who", "where", "topic", "contact", "check")]
    pages += [amira.post("topic", topics=["nonsense"]), amira.get("nonsense"), Client().get(amira.path("danger"))]
    amira.send()
    pages += [amira.get("receipt"), amira.client.post(amira.path("leave"))]
    for page in pages:
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"] == "noindex"
        assert "ETag" not in page


def test_another_website_cannot_start_a_form_here(portal, client):
    open_form(portal)
    response = client.post("/de/forms/counselling/start/", headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert client.post("/de/forms/counselling/start/", headers={"origin": "http://testserver"}).status_code == 303
    assert Draft.objects.count() == 1


def test_no_step_can_be_posted_by_another_website(portal):
    open_form(portal)
    strict = Client(enforce_csrf_checks=True)
    amira = Walker(strict).start()
    assert amira.post("danger", danger="none").status_code == 403
    token = strict.cookies["lotse_csrf"].value
    response = strict.post(amira.path("danger"), {"q-danger": "none", "csrfmiddlewaretoken": token})
    assert response.status_code == 303


# Hostile input -------------------------------------------------------------------------------------------------------


NASTY = [
    *("", "x" * 100_000, "\x00", "<script>alert(1)</script>", "'; DROP TABLE", "{{7*7}}", "\u202egnp.exe", "[]"),
    *("\ud83d", "-1", "99999999999999999999", "../../etc/passwd", "none\r\nSet-Cookie: a=b", "٣" * 5000, "🧨" * 300),
]


@pytest.mark.parametrize("step", ["danger", "who", "where", "topic", "contact", "check", "doors"])
def test_whatever_is_posted_the_answer_is_never_an_error_of_ours(amira, step):
    amira.fill()
    keys = ["danger", "actor", "ags", "phase", "au_start_month", "au_start_year", "topics", "text", "channels", "name"]
    keys += ["deadline_day", "phone_number", "email_address", "contact_lang", "shown", "interpreter", "nonsense"]
    dice = random.Random(step)  # noqa: S311 - repeatable, not secret
    for _time in range(25):
        data = {f"q-{key}": dice.choices(NASTY, k=dice.randint(0, 3)) for key in dice.sample(keys, 6)}
        data["action"] = dice.choice(["continue", "back", "language", "\x00", "x" * 999])
        data |= {"since": dice.choice(NASTY), "website": dice.choice(NASTY)}
        cleaned = {key: _sendable(value) for key, value in data.items()}
        response = amira.client.post(amira.path(step), cleaned)
        assert response.status_code in {302, 303, 422}
        assert "alert(1)</script>" not in response.content.decode()
    assert not Submission.objects.exists()
    assert amira.get("danger").status_code == 200


def _sendable(value):
    texts = value if isinstance(value, list) else [value]
    return [text.encode("utf-8", "replace").decode() for text in texts]


def test_what_is_kept_of_an_endless_text_has_an_end(amira):
    amira.post("danger", danger="none")
    amira.act("who", "back", helper_name="x" * 200_000, nonsense="y" * 200_000)
    assert len(bytes(Draft.objects.get().answers_ct)) < 12_000


@pytest.mark.parametrize("path", ["/de/forms/counselling/not-a-uuid/danger/", "/de/forms/x/start/", "/de/forms/"])
def test_addresses_that_do_not_exist_are_not_found(portal, client, path):
    assert client.get(path).status_code in {302, 404}


def test_a_form_that_was_never_published_cannot_be_started(portal, client):
    assert client.post("/de/forms/nothing/start/").status_code == 404
    assert not Draft.objects.exists()


def test_too_many_posts_to_one_draft_are_stopped_without_touching_others(amira, monkeypatch):
    other = Walker(Client()).start()
    monkeypatch.setattr("services.intake.guard.POSTS_PER_DRAFT", 3)
    statuses = [amira.post("danger", danger="nonsense").status_code for _time in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert other.post("danger", danger="none").status_code == 303
    assert POSTS_PER_DRAFT > 100


def test_a_whole_accommodation_can_start_at_once_a_flood_cannot(portal, client, settings, rf):
    open_form(portal)
    settings.LOTSE_PUBLIC_POSTS_PER_HOUR = 5
    statuses = [Client().post("/de/forms/counselling/start/").status_code for _time in range(7)]
    assert statuses == [303] * 5 + [429] * 2
    with pytest.raises(TooMany):
        count_post(rf.post("/"), "intake.start")


def test_the_id_of_a_draft_made_beforehand_tells_nothing_about_its_token():
    token = b"t" * 32
    assert draft_of(token) == draft_of(token) != draft_of(b"u" * 32)
    assert isinstance(draft_of(token), uuid.UUID)
    assert token.hex()[:16] not in draft_of(token).hex


def test_a_store_shows_nothing_of_its_content_in_a_trace(amira):
    amira.fill(name=CANARIES[0])
    store = amira.store()
    assert CANARIES[0] not in repr(store)
    assert CANARIES[0] not in repr(store.kept)
    assert isinstance(store, AnswerStore)


def test_an_errors_page_after_a_long_pause_keeps_the_draft(portal):
    open_form(portal)
    strict = Client(enforce_csrf_checks=True)
    amira = Walker(strict).start()
    del strict.cookies["lotse_csrf"]
    assert amira.post("danger", danger="none").status_code == 403
    assert Draft.objects.get().expires_at > timezone.now() + timedelta(hours=23)
    assert amira.get("danger").status_code == 200
    assert not Case.objects.exists()
