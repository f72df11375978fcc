"""The directory in words: why an office is responsible, until when, how certain, and what each kind of office does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.search_terms import fold
from services.directory.models import ContactPoint, Municipality, Office
from services.directory.querysets import ResolvedAnswer
from services.directory.responsibility import Facts, Question
from services.directory.statuses import Confidence, Mode, OfficeKind, Phase, Task

Text = str | Promise

REASONS: dict[str, Text] = {
    "R1": _(
        "You are under 18 and here without your parents. Then the youth office takes care of you and protects you."
    ),
    "R2": _(
        "You live outside our district. Please ask at your town hall or at the office of your district. "
        "They know who counsels there."
    ),
    "R3": _("You live in a state reception centre. It has its own counselling in the house. Please ask there."),
    "R4": _("You live in accommodation of the district. There this office counsels you, in every town."),
    "R5": _(
        "Your place from the town begins later. Until you move, the counselling in your present house helps you. "
        "After that the office of your town helps you."
    ),
    "R6": _("You live in a place from the town or municipality. There this office counsels you for 3 years."),
    "R7": _(
        "The 3 years of counselling are over, but you were granted after-care. So the same office still helps you."
    ),
    "R8": _(
        "The 3 years of counselling are over. This office checks whether it can still help you. "
        "The other services below help you, too."
    ),
    "R9": _(
        "You live in a place from the town or municipality. There this office counsels you. "
        "It finds out with you since when you live there. Bring your letter if you have one."
    ),
    "R10 regular": _("You came from Ukraine and live in private housing. We think that this office counsels you."),
    "R10 aftercare": _(
        "You came from Ukraine and live in private housing. You were granted after-care, so this office "
        "still helps you."
    ),
    "R10 aftercare_check": _(
        "You came from Ukraine and have lived here for more than 3 years. This office checks whether "
        "it can still help you. The other services below help you, too."
    ),
    "R11 regular": _(
        "You lived in a place from the town before. The 3 years of counselling go on when you move into your own flat."
    ),
    "R11 aftercare": _(
        "You lived in a place from the town before. You were granted after-care, so this office still helps you."
    ),
    "R11 aftercare_check": _(
        "You lived in a place from the town before, and the 3 years of counselling are over. This "
        "office checks whether it can still help you. The other services below help you, too."
    ),
    "R12": _(
        "You came to your family, who fled here before you. We think that the office of your family's town "
        "counsels you, too."
    ),
    "R12b": _(
        "You live in private housing. We need to know a little more to find the right office. The coordination "
        "office finds it with you. You do not have to say why you came."
    ),
    "R13": _(
        "You live in private housing. Then the advice services for everyone are there for you: one for "
        "adults from 27 years, one for young people from 12 to 26 years."
    ),
    "R14": _(
        "You have no place to stay. The town hall of the town where you are helps you today. "
        "Go there now and say: I have no place to sleep tonight."
    ),
    "R15": _(
        "From your answers we cannot tell which office it is. The coordination office finds the right person for you."
    ),
}
"""By rule, or by rule and mode where the mode changes what is said (handbook: domain §1.4)."""

CONFIDENCE: dict[str, Text] = {
    Confidence.DEFINITE: _("This is certain if your answers are right."),
    Confidence.ASSUMED: _("We think so, but we are not sure. The office checks it with you and sends nobody away."),
}

WORK: dict[str, Text] = {
    OfficeKind.SHELTER: _(
        "Counsels people who live in accommodation of the district: asylum procedure, benefits, "
        "doctor, school, looking for a flat, work, German courses."
    ),
    OfficeKind.INTEGRATION: _(
        "Counsels people who live in a place from the town or municipality, for 3 years: letters, "
        "benefits, flat, work, school, German courses. In single cases longer."
    ),
    OfficeKind.COORDINATION: _(
        "Organises the work of integration management in the district. Finds the right office "
        "for you if you do not know it."
    ),
    OfficeKind.MUNICIPALITY: _(
        "Gives people a place in follow-up accommodation, registers your address and helps at "
        "once if you have no place to sleep."
    ),
    OfficeKind.YOUTH: _(
        "Protects children and young people. Takes care of those under 18 who are here without parents."
    ),
    OfficeKind.IMMIGRATION: _("Decides about residence documents and extends them."),
    OfficeKind.REGULAR: _(
        "Advise everybody who came from another country, also after the 3 years of integration management."
    ),
    OfficeKind.RECEPTION: _("The first place after arrival. It has its own counselling in the house."),
    OfficeKind.INTERPRETERS: _(
        "Interpreters for talks at offices, schools and doctors. The office orders them, not you. "
        "Ask for one when you make an appointment."
    ),
    OfficeKind.BENEFITS: _("Decides about money for living, rent and families."),
    OfficeKind.SCHOOL: _("Finds the right school and class for children."),
    OfficeKind.HEALTH: _("Advises about health, vaccinations and pregnancy."),
    OfficeKind.PROTECTION: _("Helps women and children who are beaten or threatened. The address is secret."),
}


def reason_of(answer: ResolvedAnswer) -> Text:
    """Why this office, in one or two plain sentences."""
    return REASONS.get(f"{answer.rule} {answer.mode}") or REASONS[answer.rule]


@dataclass(frozen=True)
class Until:
    """How long it stays so: a message with a day. `is_month` says that only the month is known."""

    kind: str
    day: date
    is_month: bool = False


def until_of(answer: ResolvedAnswer, question: Question) -> Until | None:
    """The last day that counts for the person (the rule's `until` of regular time is the first day after it)."""
    if answer.until is None:
        return None
    if answer.mode == Mode.REGULAR:
        return Until("regular", answer.until - timedelta(days=1), question.since_is_month)
    if answer.mode == Mode.HANDOVER:
        return Until("handover", answer.until, question.since_is_month)
    return Until("aftercare", answer.until)


@dataclass(frozen=True)
class Door:
    """An office with the contact points to show for it."""

    office: Office
    points: tuple[ContactPoint, ...]

    @property
    def work(self) -> Text:
        """What it does."""
        return WORK[self.office.kind]


def doors_of(answer: ResolvedAnswer, ags: str | None) -> list[Door]:
    """The responsible office and what else helps, in order; three queries. A town's own counter goes before others."""
    offices = [office for office in (answer.responsible, *answer.others) if office]
    points: dict[int, list[ContactPoint]] = {office.pk: [] for office in offices}
    found = ContactPoint.objects.filter(office__in=offices).near(ags).with_hours().select_related("municipality")
    for point in found:
        points[point.office_id].append(point)
    doors = []
    for office in offices:
        own = [point for point in points[office.pk] if point.municipality_id]
        doors.append(Door(office, tuple(own or points[office.pk])))
    return doors


def points_of(office: Office) -> list[ContactPoint]:
    """All contact points of an office: those for its whole area first, then by municipality; three queries."""
    points = ContactPoint.objects.filter(office=office).with_hours().select_related("municipality")
    return sorted(
        points, key=lambda point: (fold(point.municipality.name, "de") if point.municipality else "", point.name)
    )


def towns_of(office: Office, facts: Facts, towns: list[Municipality], on: date) -> list[Municipality]:
    """The municipalities in which an office has any task on a day."""
    asked = [(task, phase) for task in Task.values for phase in ("", *Phase.values)]
    return [
        town
        for town in towns
        if any(facts.holder(task, on, ags=town.ags, phase=phase) == office.code for task, phase in asked)
    ]
