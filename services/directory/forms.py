"""The questions of "Who helps me?", and what staff fill in about contact points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from babel import dates as cldr
from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from portal.languages import LANGUAGES, language
from services.directory.journey import OTHER_DISTRICT, UNKNOWN
from services.directory.querysets import called
from services.directory.questions import MUNICIPALITY_KEY, Facts, Unanswerable, read_since
from services.directory.statuses import Group, Phase

if TYPE_CHECKING:
    from services.directory.models import Municipality


class ContactPointForm(WagtailAdminModelForm):
    """Languages spoken as boxes to tick."""

    languages_spoken = forms.MultipleChoiceField(
        label=_("languages spoken"),
        choices=[(entry.code, entry.endonym) for entry in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


# "Who helps me?": one form per question -----------------------------------------------------------------------------

OLDEST_YEARS = 12
"""Years before today that can be chosen as a start; older ones change no answer, because the three years are over."""


@dataclass(frozen=True)
class Known:
    """What a question needs to know: the district's facts and towns, the day, and the answers before it."""

    facts: Facts
    towns: tuple[Municipality, ...]
    today: date
    phase: str = ""
    group: str = ""


class StepForm(forms.Form):
    """A question of the finder. `answer()` is what travels on in the address."""

    name: str

    def __init__(self, data: Mapping[str, str] | None = None, *, about: Known, raw: Mapping[str, str]) -> None:
        super().__init__(data, initial=None if data is not None else self.shown_before(raw))
        self.about = about

    @classmethod
    def shown_before(cls, raw: Mapping[str, str]) -> dict[str, str]:
        """What was chosen before, to show it again."""
        return {cls.name: raw[cls.name]} if cls.name in raw else {}

    def answer(self) -> str:
        """The valid answer as it stands in the address."""
        return str(self.cleaned_data[self.name])

    def question(self) -> str:
        """The question in words."""
        return str(self.fields[self.name].label)

    def answer_in_words(self) -> str:
        """What was answered, for the list of answers."""
        choices = cast(forms.ChoiceField, self.fields[self.name]).choices
        return str(dict(choices).get(self.answer(), self.answer()))  # type: ignore[arg-type]


def _one_of(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> forms.ChoiceField:
    messages = {"required": _("Please choose one answer."), "invalid_choice": _("Please choose one of these answers.")}
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=forms.RadioSelect, error_messages=messages
    )


class NowForm(StepForm):
    """Danger, or a child alone: both come before everything else (R0, R1)."""

    name = "now"
    now = _one_of(
        _("Do you need help at once?"),
        [
            ("no", _("No")),
            ("danger", _("Yes, I am in danger, or another person is")),
            ("minor", _("Yes, I am under 18 and here without my parents")),
            ("both", _("Yes, both")),
        ],
        _("Danger is: somebody hurts or threatens you, somebody is very ill, or you want to hurt yourself."),
    )


class PhaseForm(StepForm):
    """Who runs the house decides, not what kind of house it is (handbook: domain §0.1, trap 1)."""

    name = "phase"
    phase = _one_of(
        _("Who gave you the room or the flat?"),
        [
            (Phase.VU, _("The district. People from the Red Cross or the district office work in my house.")),
            (Phase.AU, _("The town or municipality, for example the town hall")),
            (Phase.PRIVATE, _("Nobody. I have my own rental contract, or I live with family or friends.")),
            (Phase.LEA, _("The state. I live in a state reception centre (LEA).")),
            (Phase.HOMELESS, _("I have no place to stay")),
            (Phase.UNKNOWN, _("I do not know")),
        ],
        _(
            "Think of who runs the house. It does not matter whether you share it. "
            "The Red Cross is called DRK in German."
        ),
    )


class ClueForm(StepForm):
    """Helper question for people who do not know who runs the house."""

    name = "clue"
    clue = _one_of(
        _("Which of these is true?"),
        [
            ("shelter", _("People from the Red Cross (DRK) work in my house or have an office there")),
            ("town", _("I have a letter with the word „Anschlussunterbringung“, or I pay the town for the room")),
            ("contract", _("I signed a rental contract, or I live with family or friends")),
            ("none", _("Nothing of this, or I do not know")),
        ],
        _("Look at the letter you got when you moved in. Or ask the people you live with."),
    )


class TownForm(StepForm):
    """The municipality by name; other spellings, villages and postcodes help to find it."""

    name = "ags"
    ags = forms.CharField(
        label=_("In which town or municipality do you live?"),
        required=False,
        max_length=20,
        widget=forms.Select(attrs={"class": "input"}),
    )
    place = forms.CharField(
        label=_("Or write the name or the postcode"),
        help_text=_("You can also write the name of your village, in your own letters."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input input--medium", "dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = [(town.ags, town.name) for town in self.about.towns]
        ends = [(OTHER_DISTRICT, _("Another district")), (UNKNOWN, _("I do not know"))]
        self.fields["ags"].widget.choices = [("", _("Please choose")), *towns, *ends]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ags, place = cleaned.get("ags", ""), cleaned.get("place", "")
        if self.errors:
            return cleaned
        if ags and not self._exists(ags):
            self.add_error("ags", _("Please choose a town from the list."))
        elif place:
            cleaned["ags"] = self._found(ags, place)
        elif not ags:
            self.add_error("ags", _("Please choose your town, or “I do not know”."))
        return cleaned

    def _exists(self, ags: str) -> bool:
        facts = self.about.facts
        if ags in {OTHER_DISTRICT, UNKNOWN} or ags in facts.municipalities:
            return True
        return bool(re.fullmatch(MUNICIPALITY_KEY, ags)) and not ags.startswith(facts.district_key)

    def _found(self, ags: str, place: str) -> str:
        towns = called(self.about.towns, place)
        if not towns:
            self.add_error(
                "place", _("We do not know this name or postcode in our district. Please choose from the list.")
            )
        elif len(towns) > 1:
            names = ", ".join(town.name for town in towns)
            self.add_error("place", _("This can be: %(names)s. Please choose from the list.") % {"names": names})
        elif ags and ags != towns[0].ags:
            self.add_error("place", _("You chose another town above. Please choose one only."))
        return towns[0].ags if len(towns) == 1 else ags

    def answer_in_words(self) -> str:
        choices = dict(self.fields["ags"].widget.choices)
        return str(choices.get(self.answer(), choices[OTHER_DISTRICT]))


class GroupForm(StepForm):
    """Asked in private housing only; saying nothing is an answer, too."""

    name = "group"
    group = _one_of(
        _("Why did you come here?"),
        list(Group.choices),
        _("You do not have to say it. We do not keep your answer and send it to nobody."),
    )


class SinceForm(StepForm):
    """The start of the three years; month and year are enough."""

    name = "since"
    since = forms.CharField(required=False, widget=forms.HiddenInput)
    month = forms.ChoiceField(label=_("Month"), required=False, widget=forms.Select(attrs={"class": "input"}))
    year = forms.ChoiceField(label=_("Year"), required=False, widget=forms.Select(attrs={"class": "input"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = cldr.get_month_names("wide", "stand-alone", language(get_language()).cldr)
        months = [(f"{number:02d}", f"{number} {names[number]}") for number in range(1, 13)]
        this_year = self.about.today.year
        oldest = this_year - OLDEST_YEARS
        newest = this_year + (self.about.phase == Phase.AU)
        years = [(str(year), str(year)) for year in range(newest, oldest, -1)]
        years.append((str(oldest), _("%(year)s or earlier") % {"year": oldest}))
        for name, choices in (("month", months), ("year", years)):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("Please choose")), *choices]

    @classmethod
    def shown_before(cls, raw: Mapping[str, str]) -> dict[str, str]:
        since = raw.get("since", "")
        return {"year": since[:4], "month": since[5:7]} if re.match(r"[0-9]{4}-[0-9]{2}", since) else {}

    def question(self) -> str:
        if self.about.phase == Phase.AU:
            return gettext("Since when do you live in a place from the town or municipality?")
        if self.about.group == Group.UKRAINE:
            return gettext("Since when do you live in this town or municipality?")
        return gettext("Did a town or municipality give you a place to live before? Since when?")

    def hint(self) -> str:
        """Help in words."""
        if self.about.phase != Phase.AU:
            return gettext("Month and year are enough.")
        return gettext(
            "Month and year are enough. The date is often in the letter „Zuweisung“. "
            "You have not moved in yet? Choose the month of the move."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = "month" in self.data or "year" in self.data
        for name, sentence in (("month", _("Please choose the month.")), ("year", _("Please choose the year."))):
            if typed and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if typed and not self.errors:
            cleaned["since"] = f"{cleaned['year']}-{cleaned['month']}"
        elif not self.errors and cleaned.get("since") != UNKNOWN:
            self._check_day(cleaned.get("since", "")[:20])
        return cleaned

    def _check_day(self, text: str) -> None:
        try:
            read_since(text)
        except Unanswerable as problem:
            self.add_error("month", str(problem))

    def answer_in_words(self) -> str:
        since = self.answer()
        if since == UNKNOWN:
            return gettext("I do not know")
        return cldr.format_skeleton("yMMMM", read_since(since)[0], locale=language(get_language()).cldr)


STEP_FORMS: dict[str, type[StepForm]] = {
    form.name: form for form in (NowForm, PhaseForm, ClueForm, TownForm, GroupForm, SinceForm)
}
