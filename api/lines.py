"""How notices of alarms leave: the own long-lived line, and whatever gateways this installation has."""

from collections.abc import Mapping
from typing import Protocol

from api.live import Live
from dispatch.alarms.notice import Notice


class Gateway(Protocol):
    """One channel: hands a notice over, and says ``accepted``, ``refused`` or ``unknown``."""

    def __call__(self, notice: Notice) -> str:
        """Hand a notice over."""
        ...


class Lines:
    """The channels of this installation.

    Parameters
    ----------
    live : Live
        Carries the channel ``live`` to pages that are open.
    gateways : Mapping, optional
        Channel -> gateway; what is missing refuses, so that the next channel follows at once.
    """

    def __init__(self, live: Live, gateways: Mapping[str, Gateway] | None = None) -> None:
        self._live = live
        self._gateways = dict(gateways or {})

    def send(self, notice: Notice) -> str:
        """Hand a notice over to its channel."""
        if notice.channel == "live":
            return "accepted" if self._live.tell(notice.person, self.note(notice)) else "refused"
        gateway = self._gateways.get(notice.channel)
        return "refused" if gateway is None else gateway(notice)

    @staticmethod
    def note(notice: Notice) -> dict[str, str | bool]:
        """Write a notice for an open page; it names no person of the alarm."""
        return {
            "kind": "notice",
            "no": notice.alarm,
            "task": notice.task,
            "post": notice.post,
            "repeat": notice.repeat,
        }
