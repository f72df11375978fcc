"""Door: the models Django finds under the label `network`."""

from network.meetings.models import *  # noqa: F403
from network.members.models import *  # noqa: F403
from network.minutes.models import *  # noqa: F403
from network.needs.models import *  # noqa: F403
from network.reports.models import *  # noqa: F403
