"""Door: the models Django finds under the label `services`."""

from services.courses.models import *  # noqa: F403
from services.courses.models import CourseKey as _CourseKey
from services.courses.models import Subscription as _Subscription
from services.courses.seat_people import key_place as _key_place
from services.directory.models import *  # noqa: F403
from services.inbox import form_names as _form_names
from services.inbox import keys as _keys
from services.inbox import sealed_tables as _sealed_tables
from services.inbox.file_models import *  # noqa: F403
from services.inbox.models import *  # noqa: F403
from services.intake.file_models import *  # noqa: F403
from services.intake.models import *  # noqa: F403
from services.intake.models import FormVersion as _FormVersion
from services.pages.models import *  # noqa: F403

# The inbox must not know how forms are made, so it is told here what they are called.
_form_names.titles_come_from(lambda keys: _FormVersion.objects.titles(keys))
# Whose addresses are sealed to a district's escrow key, so that they follow it to its next version.
_sealed_tables.add(_Subscription)
# Nor that courses have a key of their own, which lies under the master key like those of the offices.
_keys.also_lock(_CourseKey, lambda row: _key_place(row.district_id, row.version))
