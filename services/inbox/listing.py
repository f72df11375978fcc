"""The list behind the inbox: which cases a request means, one window of them, and counts that stay cheap.

A list reads an index for the numbers of its rows and then just these rows (see `models.DESK`), never more than
`REACH` of them: whoever has more before them narrows the list down. So it takes the same time with any number of cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Replace
from django.http import QueryDict
from django.utils import timezone

from services.directory.models import Office
from services.inbox.form_names import form_titles
from services.inbox.list_forms import DEPUTY, MINE, NOBODY, FilterForm, SortForm, query_of
from services.inbox.models import Case, Submission
from services.inbox.querysets import CaseQuerySet, overviews
from services.inbox.receipts import number_part

if TYPE_CHECKING:
    from portal.models import User

PER_PAGE = 25
REACH = 1_000
"""Cases that a list leads to by its pages."""
FORMS_KEPT = 600
"""Seconds for which the list of forms in the filter is remembered."""
NUMBERS = 5_000
"""Numbers that are looked at when somebody typed a part of one."""
RELATED = ("submission", "office", "municipality", "assigned_to")


UNREAD_COLUMNS = (
    "answers_ct",
    "submission__receipt_salt",
    "submission__applicant_public",
    "submission__applicant_private_ct",
)
"""Encrypted columns, which no list needs."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: an overview, narrowed down, in an order. Made by `asked_for`."""

    user: User
    now: datetime
    offices: list[Office]
    view: str
    filters: FilterForm
    chosen: dict[str, str]
    sort: str
    descending: bool

    @property
    def rows(self) -> CaseQuerySet:
        """The cases, without order."""
        visible = Case.objects.visible_to(self.user)
        if "q" not in self.chosen:  # somebody on the telephone says a number: it is found wherever it is
            visible = visible.filter(overviews(self.user, self.now)[self.view])
        return _narrowed(visible, self.chosen, self.user, self.now)

    @property
    def in_order(self) -> CaseQuerySet:
        """The cases in the order asked for."""
        return self.rows.in_order(self.sort, descending=self.descending)

    @property
    def query(self) -> str:
        """The same question as a query string, for links and for keeping."""
        return query_of(self.view, self.chosen, (self.sort, self.descending))


@dataclass(frozen=True)
class Window:
    """One page of a list. `total` is counted up to one beyond REACH."""

    rows: list[Case]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-min(self.total, REACH) // PER_PAGE))

    @property
    def is_cut(self) -> bool:
        """Whether there are more cases than the pages lead to."""
        return self.total > REACH

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def asked_for(data: QueryDict | dict[str, str], user: User, now: datetime | None = None) -> Asked:
    """What the values of an address mean for this person; nonsense counts as not given."""
    now = now or timezone.now()
    offices = list(Office.objects.of_member(user).order_by("name"))
    filters = FilterForm(data, user=user, offices=offices, form_names=_form_names(user, offices))
    sort, descending = SortForm(data).column
    view = data.get("view") or "open"
    view = view if view in overviews(user, now) else "open"
    return Asked(user, now, offices, view, filters, filters.chosen, sort, descending)


def window(asked: Asked, page: str | None) -> Window:
    """The rows of a page; a page that does not exist is the nearest one that does.

    One query finds the keys of all pages and with them the total: asking for both apart would sort or count twice.
    """
    keys = list(asked.in_order.values_list("pk", flat=True)[: REACH + 1])
    typed = int(page) if page and page.isascii() and page.isdigit() and len(page) < 6 else 1
    number = min(max(1, typed), Window([], 1, len(keys)).pages)
    start = (number - 1) * PER_PAGE
    return Window(rows_of(asked.user, keys[start : min(start + PER_PAGE, REACH)]), number, len(keys))


def rows_of(user: User, keys: Iterable[Any]) -> list[Case]:
    """These cases as the list shows them, in this order; those the person may not see are left out."""
    keys = list(keys)
    rows = Case.objects.visible_to(user).filter(pk__in=keys).select_related(*RELATED).prefetch_related("tags")
    found = {case.pk: case for case in rows.with_unread().defer(*UNREAD_COLUMNS)}
    return [found[key] for key in keys if key in found]


def _narrowed(rows: CaseQuerySet, chosen: dict[str, str], user: User, now: datetime) -> CaseQuerySet:
    plain = {"status", "urgency", "municipality", "language", "office"} & chosen.keys()
    rows = rows.filter(**{name: chosen[name] for name in plain})
    if "form" in chosen:
        rows = rows.filter(form_key=chosen["form"])
    if "interpreter" in chosen:
        rows = rows.filter(interpreter=chosen["interpreter"] == "yes")
    if "age" in chosen:
        rows = rows.filter(created_at__lt=now - timedelta(days=int(chosen["age"])))
    if "assigned" in chosen:
        rows = _acting(rows, chosen["assigned"], user, now)
    if "topic" in chosen:
        rows = rows.about(chosen["topic"])
    if "tag" in chosen:
        tagged = Case.tags.through.objects.filter(case=OuterRef("pk"), casetag=int(chosen["tag"]))
        rows = rows.filter(Exists(tagged))
    if "q" in chosen:
        rows = _numbered(rows, number_part(chosen["q"][:40]))
    return rows


def _numbered(rows: CaseQuerySet, number: str) -> CaseQuerySet:
    """Cases whose number has this part, with or without its dashes. Looked for among the numbers first."""
    if not number:
        return rows.none()
    bare = Submission.objects.annotate(_bare=Replace("number", Value("-"), Value(""))).order_by()
    found = bare.filter(_bare__contains=number.replace("-", "")).values_list("pk", flat=True)
    return rows.filter(submission__in=list(found[:NUMBERS]))


def _acting(rows: CaseQuerySet, whose: str, user: User, now: datetime) -> CaseQuerySet:
    if whose == NOBODY:
        return rows.filter(assigned_to=None)
    if whose == DEPUTY:
        absent = getattr(user, "deputises_in").on(timezone.localtime(now).date())  # noqa: B009 - see `list_forms`
        return rows.filter(assigned_to__in=absent.values("user"))
    return rows.filter(assigned_to=user.pk if whose == MINE else int(whose))


def _form_names(user: User, offices: list[Office]) -> dict[str, str]:
    """The forms from which cases came. Remembered for a while: finding out reads the whole index."""
    key = "inbox-form-titles:" + ",".join(str(office.pk) for office in offices)
    found = cache.get(key)
    if found is None:
        visible = Case.objects.visible_to(user).exclude(form_key="")
        titles = form_titles(visible.order_by().values_list("form_key", flat=True).distinct())
        found = dict(sorted(titles.items(), key=lambda pair: pair[1].casefold()))
        cache.set(key, found, FORMS_KEPT)
    return dict(found)
