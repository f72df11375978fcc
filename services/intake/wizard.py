"""The steps of a form on django-formtools. Nothing else of the product may import formtools.

What formtools gives: one form per step, the order of the steps, the address of each. What it does not do, or does
wrong for us, is overridden here (handbook: intake §2.2, §5.3; each fault has a test that carries its number):

- steps and conditions come from the draft's version in `setup()`; `get_form_list()` is formtools' own (2);
- the address alone says which step is posted, so a forged `current_step` means nothing (1, 13);
- reading never writes: no session, no reset, no `current_step` in a store (3, 16);
- the storage keeps checked answers or, apart from them, unchecked ones, both encrypted, never a raw post (4, 5, 15);
- mistakes are told on a page that was fetched with GET (status 422), so that reloading it and the browser's own way
  back never ask anybody to send again;
- a step behind an unanswered one is not shown (7); nothing is sent from here, by GET or POST (8, 9);
- there are no files (10, 11, 12, 17); options are keys, so a language can change at any moment (14).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import get_language
from formtools.wizard.storage.base import BaseStorage
from formtools.wizard.views import NamedUrlWizardView

from portal.languages import SOURCE
from services.intake import actions, routing
from services.intake.answers import AnswerStore
from services.intake.beside import ChangedElsewhere, seen_of
from services.intake.forms import PREFIX, StepForm, step_form
from services.intake.guard import SeeOther
from services.intake.presentation import step_page
from services.intake.ways import (
    CHANGE,
    LEAVE,
    SAVE,
    address,
    after_step,
    before_step,
    both_versions,
    kept_until,
    open_page,
    wrong_step,
)

ASIDE = frozenset({"back", "language", "save", "stay"})
"""Buttons that leave a step without finishing it; what was typed waits there."""


def typed_in(form: StepForm, data: QueryDict) -> dict[str, list[str]]:
    """What was typed into a step, as it is."""
    return {name: data.getlist(name) for name in form.input_names() if name in data}


class DraftStorage(BaseStorage):
    """formtools' view of an `AnswerStore`. The current step is the one in the address and is kept nowhere."""

    def __init__(self, prefix: str, request: HttpRequest, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.store: AnswerStore = request.answer_store  # type: ignore[attr-defined]
        self._step: str | None = None
        self.init_data()

    def _get_current_step(self) -> str | None:
        return self._step

    def _set_current_step(self, step: str | None) -> None:
        self._step = step

    def reset(self) -> None:
        """Nothing: only the person deletes a draft, or time."""

    def get_step_data(self, step: str) -> MultiValueDict[str, str] | None:
        """What was typed on a step and not checked yet."""
        typed = self.store.kept.unfinished.get(step)
        return MultiValueDict(typed) if typed else None

    def set_step_data(self, step: str, cleaned_data: Mapping[str, Any]) -> None:
        """Keep the checked answers of one step."""
        actions.save_step(
            store=self.store,
            step=step,
            answers=cleaned_data,
            language=get_language() or SOURCE,
            seen=self.request.POST.get("seen"),
        )

    def get_step_files(self, step: str) -> None:
        """There are none."""

    def set_step_files(self, step: str, files: Any) -> None:
        """There are none."""

    def update_response(self, response: HttpResponseBase) -> None:
        """No cookie and no file to tidy up."""


class IntakeWizard(NamedUrlWizardView):
    """One step of one draft, shown or saved. Use through `services.intake.guard.guarded`, which opens the draft."""

    form_list: Any = [("step", StepForm)]  # replaced in setup(); formtools wants one at import
    storage_name = "services.intake.wizard.DraftStorage"
    template_name = "services/intake/step.html"
    http_method_names = ["get", "head", "post", "options"]

    def setup(self, request: HttpRequest, *args: Any, store: AnswerStore, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.store = request.answer_store = store  # type: ignore[attr-defined]
        self.language = get_language() or SOURCE
        self.is_change = "change" in request.GET
        # formtools wants a form for each step to know their order; only the one in the address is built.
        self.form_list = OrderedDict((key, self._form_of(key)) for key in store.journey.steps)
        visible = store.journey.visible_steps
        self.condition_dict = {key: key in visible for key in self.form_list}

    def _form_of(self, step: str) -> type[StepForm]:
        if step != self.kwargs["step"]:
            return StepForm
        return step_form(self.store.document, step, self.language, lambda: routing.towns(self.store.district))

    # -------------------------------------------------------------------------------------------- formtools' questions

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        return f"draft-{self.store.draft.pk}"

    def get_form_prefix(self, step: str | None = None, form: Any = None) -> str:
        return PREFIX

    def get_form_initial(self, step: str) -> dict[str, Any]:
        return {key: answer for key, answer in self.store.kept.answers.items() if answer is not None}

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        return {"answers": self.store.kept.answers}

    def get_step_url(self, step: str) -> str:
        return address(self.store, step)

    def get_form_step_data(self, form: StepForm) -> Any:
        return form.cleaned_data

    def render_done(self, form: Any, **kwargs: Any) -> HttpResponse:
        return SeeOther(open_page(self.store))

    def render_next_step(self, form: StepForm, **kwargs: Any) -> HttpResponse:
        return SeeOther(after_step(self.store, form.step["key"], form, self.is_change))

    # ------------------------------------------------------------------------------------------------------ the answers

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        step = kwargs["step"]
        if self.store.is_sent or not self.store.journey.can_visit(step):
            return redirect(open_page(self.store))
        self.storage.current_step = step
        typed = self.storage.get_step_data(step)
        form = self.get_form(step, data=typed)
        if typed and "wrong" in request.GET and not form.is_valid():
            return self.render(form, status=422)
        return self.render(form.without_complaint() if typed else form)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        step, action = kwargs["step"], request.POST.get("action", "continue")
        if self.store.is_sent or step not in self.form_list:
            return SeeOther(open_page(self.store))
        self.storage.current_step = step
        can_visit = self.store.journey.can_visit(step)
        form = self.get_form(step, data=request.POST) if can_visit else self.form_list[step](prefix=PREFIX)
        try:
            if not can_visit:
                self._keep_typed(form)
                return SeeOther(open_page(self.store))
            if action in ASIDE:
                return self._aside(step, form, action)
            if not form.is_valid():
                self._keep_typed(form)
                return SeeOther(wrong_step(self.store, step, self.is_change))
            self.storage.set_step_data(step, self.process_step(form))
        except ChangedElsewhere:
            typed = typed_in(form, request.POST)
            actions.keep_beside(store=self.store, step=step, typed=typed, language=self.language)
            return SeeOther(both_versions(self.store, step))
        return self.render_next_step(form)

    def _aside(self, step: str, form: StepForm, action: str) -> HttpResponse:
        """Leave the step without finishing it: what was typed waits here, unchecked, and changes no answer yet."""
        self._keep_typed(form)
        mark = CHANGE if self.is_change else ""
        if action == "language":
            return SeeOther(f"{reverse('languages')}?{urlencode({'page': self.request.path + mark})}")
        if action == "save":
            return SeeOther(address(self.store, SAVE))
        if action == "stay":
            actions.keep_longer(store=self.store, language=self.language, at=timezone.now())
            return SeeOther(f"{address(self.store, step)}{mark}")
        return SeeOther(before_step(self.store, step, self.is_change))

    def _keep_typed(self, form: StepForm) -> None:
        actions.keep_unfinished(
            store=self.store,
            step=form.step["key"],
            typed=typed_in(form, self.request.POST),
            language=self.language,
            seen=self.request.POST.get("seen"),
        )

    def render(self, form: StepForm | None = None, status: int = 200, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(form=form, **kwargs)
        context.update(step_page(self.store, form, self.language))  # type: ignore[arg-type]
        context.update(is_change=self.is_change, leave_url=address(self.store, LEAVE), **kept_until(self.store))
        context["seen"] = seen_of(self.store, form.step["key"])  # type: ignore[union-attr]
        context["action"] = self.get_step_url(context["step"]) + (CHANGE if self.is_change else "")
        return self.render_to_response(context, status=status).render()
