""" "Which course fits me?": few plain questions, answered in the address, kept nowhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from services.courses.access_codes import Letter, Residence, Work
from services.courses.forms import YesField, select
from services.courses.vocabulary import LearnerLevel, LiteracyWish, TimeOfDay

ABOUT_PAPERS = ("residence", "letter", "work")
ABOUT_LEARNING = ("level", "literacy", "place", "time", "childcare", "women")


class QuestionnaireForm(forms.Form):
    """Only the first question must be answered, and "I do not know" is an answer to it."""

    use_required_attribute = False

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any) -> None:
        """`places` are the municipalities to choose from."""
        super().__init__(*args, **{"auto_id": "fit-%s", "label_suffix": "", **kwargs})
        any_text = _("No matter")
        wrong = {"required": _("Please choose one."), "invalid_choice": _("Please choose from the list.")}
        self.fields["residence"] = forms.ChoiceField(
            label=_("Which paper do you have?"),
            choices=Residence.choices,
            widget=forms.RadioSelect,
            error_messages=wrong,
        )
        self.fields["letter"] = forms.ChoiceField(
            label=_("Do you have a letter about a German course?"),
            choices=Letter.choices,
            required=False,
            widget=forms.RadioSelect,
            error_messages=wrong,
        )
        self.fields["work"] = forms.ChoiceField(
            label=_("Do you work?"),
            choices=Work.choices,
            required=False,
            widget=forms.RadioSelect,
            error_messages=wrong,
        )
        self.fields["level"] = select(_("How much German do you know?"), LearnerLevel.choices, _("I do not know"))
        self.fields["literacy"] = select(_("Reading and writing"), LiteracyWish.choices, any_text)
        self.fields["place"] = select(
            _("Where do you live?"), [(place.ags, place.name) for place in places], _("Please choose")
        )
        self.fields["time"] = select(_("When do you have time?"), TimeOfDay.choices, any_text)
        for name in ("level", "literacy", "place", "time"):
            self.fields[name].error_messages.update(wrong)
        self.fields["childcare"] = YesField(label=_("I need childcare"), required=False)
        self.fields["women"] = YesField(label=_("I want a group only for women"), required=False)

    @property
    def about_papers(self) -> list[Any]:
        """The questions that the law asks."""
        return [self[name] for name in ABOUT_PAPERS]

    @property
    def about_learning(self) -> list[Any]:
        """The questions that help to find a place."""
        return [self[name] for name in ABOUT_LEARNING]
