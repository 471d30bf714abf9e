"""What is missing before a step can be taken, each with a link to the field that it is about."""

from dataclasses import dataclass

from clinic_desktop.domain.errors import RuleBroken


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing.

    ``field`` is a link: ``answers.onset_distance_mi``, ``screening.anticoag``, ``consent``,
    ``note.plan``, ``needle.<id>.removed``, ``test.<id>.side``.
    """

    field: str
    sentence: str


class NotReady(RuleBroken):
    """A step is refused; ``missing`` lists all that stands in its way, not just the first."""

    def __init__(
        self, sentence: str, missing: tuple[Missing, ...], *, still_works: str = ""
    ) -> None:
        super().__init__(
            sentence,
            still_works=still_works,
            way_out=" ".join(item.sentence for item in missing),
        )
        self.missing = missing
