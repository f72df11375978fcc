"""The form of an access rule for course staff: papers as tick boxes, everything else from lists."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from services.courses.access_codes import Residence
from services.courses.staff_forms import FactForm


class AccessRuleForm(FactForm):
    """One sentence of law. What is left empty does not matter to the rule."""

    residences = forms.MultipleChoiceField(
        label=_("for people with"),
        choices=Residence.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means everybody."),
    )
