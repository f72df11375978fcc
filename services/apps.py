from datetime import date
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from portal.models import District


class ServicesConfig(AppConfig):
    name = "services"

    def ready(self) -> None:
        """Tell the foundation which days are closed, for meetings of the network too."""
        from portal.closed_days import register_closed_days

        register_closed_days(_holidays)


def _holidays(district: "District", first_day: date, last_day: date) -> dict[date, str]:
    from services.courses.closures import closures_between
    from services.courses.reasons import Reason

    days = closures_between(district, first_day, last_day)
    return {day: str(Reason(code).label) for day, code in days.items()}
