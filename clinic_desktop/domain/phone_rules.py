"""The clinic's own rules for the phone: red flags, cancelling late, words to send."""

from dataclasses import dataclass
from typing import Final

USUAL_RED_FLAGS: Final = (
    "Short of breath or chest pain after needling: call 911 now, then the practitioner.",
    "Fever, or a needled place that is hot, red and swollen: the practitioner calls back today.",
    "One calf swollen, warm or painful: emergency department today, then the practitioner.",
    "Fainted, new weakness or numbness: call 911 now, then the practitioner.",
)
"""What the card says until the clinic writes its own."""

USUAL_REASONS: Final = (
    "Feeling ill",
    "Work or family",
    "No longer needed",
    "Found another time",
    "Cost",
    "Clinic's own reason",
)

USUAL_REMINDER: Final = (
    "Hello {name}, this is {clinic}. A reminder of your visit {day}, between {window}."
    " To change it, please call {phone}."
)
USUAL_CHANGE: Final = (
    "Hello {name}, this is {clinic}. Your visit has a new time: {day}, between {window}."
    " If that does not suit you, please call {phone}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRules:
    """One value of the clinic's row.

    ``late_cancel_hours``: a cancellation with fewer hours to go is late. The templates take
    ``{name}``, ``{clinic}``, ``{day}``, ``{window}`` and ``{phone}``: nothing about the treatment.
    """

    late_cancel_hours: int = 24
    red_flags: tuple[str, ...] = USUAL_RED_FLAGS
    cancel_reasons: tuple[str, ...] = USUAL_REASONS
    reminder: str = USUAL_REMINDER
    change: str = USUAL_CHANGE

    def __post_init__(self) -> None:
        if self.late_cancel_hours < 0:
            raise ValueError("hours are at least 0")


USUAL_RULES = PhoneRules()
