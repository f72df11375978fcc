"""Forms around the list of the inbox: what it is narrowed down to, names for that, and what is done with many cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from services.directory.models import Municipality, Office, OfficeMembership
from services.inbox.models import CaseTag, SavedFilter
from services.inbox.presentation import language_choices, name_of
from services.inbox.querysets import SORTS
from services.inbox.statuses import BY_HAND, CaseStatus, CloseReason, Topic, Urgency
from services.inbox.tag_models import TAG_LENGTH

if TYPE_CHECKING:
    from portal.models import User

MINE, NOBODY, DEPUTY = "me", "nobody", "deputy"
AGES = (1, 3, 7, 14, 30, 90)
"""Days since a case arrived, to choose from."""
YES_NO = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def _one_of(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class FilterForm(forms.Form):
    """What the list is narrowed down to. A value nobody offers is ignored."""

    q = forms.CharField(label=gettext_lazy("Number"), required=False)
    office = _one_of(gettext_lazy("Office"))
    status = _one_of(gettext_lazy("Status"))
    urgency = _one_of(gettext_lazy("Urgency"))
    assigned = _one_of(gettext_lazy("Assigned to"))
    topic = _one_of(gettext_lazy("Topic"))
    municipality = _one_of(gettext_lazy("Municipality"))
    language = _one_of(gettext_lazy("Language"))
    interpreter = _one_of(gettext_lazy("Interpreter"))
    age = _one_of(gettext_lazy("Received"))
    tag = _one_of(gettext_lazy("Tag"))
    form = _one_of(gettext_lazy("Form"))

    def __init__(self, data: Any, *, user: User, offices: list[Office], form_names: dict[str, str]) -> None:
        super().__init__(data)
        everything: list[tuple[str, Any]] = [("", _("All"))]
        _choices(self, "status", everything + CaseStatus.choices)
        _choices(self, "urgency", everything + Urgency.choices)
        _choices(self, "topic", everything + Topic.choices)
        _choices(self, "language", everything + language_choices())
        _choices(self, "interpreter", everything + YES_NO)
        _choices(self, "age", everything + [(str(days), _age(days)) for days in AGES])
        _choices(self, "assigned", everything + _colleagues(user, offices))
        _choices(self, "municipality", everything + _towns(offices))
        _choices(self, "form", everything + list(form_names.items()))
        tags = CaseTag.objects.filter(office__in=offices).values_list("pk", "name")[:200]
        self._choose_or_drop("tag", [(str(pk), name) for pk, name in tags])
        own = [(str(office.pk), office.name) for office in offices]
        self._choose_or_drop("office", own if len(own) > 1 else [])

    def _choose_or_drop(self, name: str, choices: list[tuple[str, Any]]) -> None:
        if choices:
            _choices(self, name, [("", _("All")), *choices])
        else:
            del self.fields[name]

    @property
    def chosen(self) -> dict[str, str]:
        """The valid values that were given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self, name: str) -> str:
        """A chosen value as the person sees it."""
        value = self.chosen[name]
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))


def _age(days: int) -> str:
    return ngettext("More than {count} day ago", "More than {count} days ago", days).format(count=days)


def _colleagues(user: User, offices: list[Office]) -> list[tuple[str, Any]]:
    rows = OfficeMembership.objects.valid().filter(office__in=offices, user__is_active=True).exclude(user=user)
    people = {row.user_id: name_of(row.user) for row in rows.select_related("user")}
    # Absences and their deputies are rows of the case work; without them there is nobody to stand in for.
    deputy = [(DEPUTY, _("People I stand in for"))] if hasattr(user, "deputises_in") else []
    return [
        (MINE, _("Me")),
        *deputy,
        (NOBODY, _("Nobody")),
        *((str(pk), name) for pk, name in sorted(people.items(), key=lambda pair: pair[1].casefold())),
    ]


def _towns(offices: list[Office]) -> list[tuple[str, Any]]:
    towns = Municipality.objects.filter(district__in={office.district_id for office in offices})
    return [(str(town.pk), town.name) for town in towns.in_german_order()]


class SortForm(forms.Form):
    """By which column, and which way; a minus turns it round."""

    sort = forms.ChoiceField(
        required=False, choices=[(way + name, name) for name in SORTS for way in ("", "-")], initial=""
    )

    @property
    def column(self) -> tuple[str, bool]:
        """Column and whether it descends; by deadline if nothing valid was given."""
        self.is_valid()
        value = self.cleaned_data.get("sort") or "due"
        return value.removeprefix("-"), value.startswith("-")


def query_of(view: str, chosen: dict[str, Any], sort: tuple[str, bool]) -> str:
    """An overview with filters and order as a query string, without what was searched and without page."""
    parts = {"view": view, **{name: value for name, value in chosen.items() if name != "q"}}
    if sort != ("due", False):
        parts["sort"] = ("-" if sort[1] else "") + sort[0]
    return urlencode(parts)


class SaveFilterForm(forms.ModelForm):
    """A name for a filter, and who shall see it."""

    class Meta:
        model = SavedFilter
        fields = ["name", "office"]
        labels = {"office": gettext_lazy("Who sees it")}  # noqa: RUF012 - Django's own way

    def __init__(self, *args: Any, offices: list[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["office"])
        field.queryset = Office.objects.filter(pk__in=[office.pk for office in offices])
        field.empty_label = _("Only me")
        field.help_text = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        others = SavedFilter.objects.exclude(pk=self.instance.pk).filter(name=data.get("name"))
        office = data.get("office")
        taken = others.filter(office=office) if office else others.filter(owner=self.instance.owner_id, office=None)
        if taken.exists():
            self.add_error("name", ValidationError(_("There is a filter with this name already.")))
        return data


class BulkForm(forms.Form):
    """What is asked before something is done with many cases. `value` is what the verb needs besides the case."""

    value: forms.Field

    def __init__(self, data: Any = None, *, members: list[User]) -> None:
        super().__init__(data)
        self.members = {str(user.pk): user for user in members}


class BulkTakeForm(BulkForm):
    """Nothing more to ask."""


class BulkAssignForm(BulkForm):
    """To whom."""

    value = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)

    def __init__(self, data: Any = None, *, members: list[User]) -> None:
        super().__init__(data, members=members)
        _choices(self, "value", [("", _("Nobody")), *((key, name_of(user)) for key, user in self.members.items())])


class BulkStatusForm(BulkForm):
    """Where they stand."""

    value = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[(status.value, status.label) for status in BY_HAND]
    )


class BulkTagForm(BulkForm):
    """Which tag."""

    value = forms.CharField(
        label=gettext_lazy("Tag"),
        max_length=TAG_LENGTH,
        help_text=gettext_lazy("A word or two for sorting, nothing about a person."),
    )


class BulkCloseForm(BulkForm):
    """Why."""

    value = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Please choose")), *CloseReason.choices]
    )
