"""Door: the models Django finds under the label `services`."""

from services.courses.models import *  # noqa: F403
from services.directory.models import *  # noqa: F403
from services.inbox.file_models import *  # noqa: F403
from services.inbox.models import *  # noqa: F403
from services.intake.file_models import *  # noqa: F403
from services.intake.models import *  # noqa: F403
from services.pages.models import *  # noqa: F403
