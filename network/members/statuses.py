"""Codes of the network, with labels from the message catalogues (handbook: domain §4.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """At which level people of the network meet."""

    STEERING = "STEERING", _("Steering group")
    OPERATIVE = "OPERATIVE", _("Operative exchange of integration managers")
    HANDOVER = "HANDOVER", _("Handover between accommodations")
    MUNICIPAL = "MUNICIPAL", _("Towns and municipalities")
    CARRIER = "CARRIER", _("Advice services and partners")
    LANGUAGE = "LANGUAGE", _("Language network")
    VOLUNTEER = "VOLUNTEER", _("Volunteers")
    CONFERENCE = "CONFERENCE", _("Integration conference")
    STATE = "STATE", _("State level")
    ADHOC = "ADHOC", _("Meeting on demand")


class OrganisationKind(models.TextChoices):
    """What an organisation of the network is."""

    DISTRICT = "district", _("District office")
    MUNICIPALITY = "municipality", _("Town or municipality")
    WELFARE = "welfare", _("Welfare organisation")
    PROVIDER = "provider", _("Course provider")
    AUTHORITY = "authority", _("Employment and other authorities")
    SCHOOL = "school", _("School or day care")
    VOLUNTEERS = "volunteers", _("Helpers' circle or association")
    MIGRANTS = "migrants", _("Organisation of migrants")
    OTHER = "other", _("Other")


class Role(models.TextChoices):
    """What a person does in the network."""

    COORDINATOR = "coordinator", _("Coordination")
    HEAD = "head", _("Head of office")
    INTEGRATION = "integration", _("Integration manager")
    SOCIAL = "social", _("Social counselling")
    OFFICER = "officer", _("Integration officer")
    ADVISER = "adviser", _("Advice service")
    TEACHING = "teaching", _("Language courses")
    VOLUNTEER = "volunteer", _("Volunteer")
    OTHER = "other", _("Other")
