"""Errors that a person is shown. Anything else is a bug and goes to the crash dialog."""


class ClinicError(Exception):
    """An expected failure, told as a sentence: what happened, what still works, one way out.

    Args:
        sentence: the whole text for the person; it never holds a patient's field.
        still_works: what goes on working, or "" if nothing is worth saying.
        way_out: the one thing to do next, or "".
    """

    def __init__(self, sentence: str, *, still_works: str = "", way_out: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.still_works = still_works
        self.way_out = way_out

    def __str__(self) -> str:
        return " ".join(p for p in (self.sentence, self.still_works, self.way_out) if p)


class PermissionRefused(ClinicError):  # noqa: N818 - reads as the sentence it carries
    """The session's role or keys do not allow this."""


class NotFound(ClinicError):  # noqa: N818
    """The record is not there (any more)."""


class RuleBroken(ClinicError):  # noqa: N818
    """A rule of the clinic refuses the change."""


class StoreTrouble(ClinicError):  # noqa: N818
    """A database file or its folder is missing, damaged, locked, full or read-only."""


class RoadsTrouble(ClinicError):  # noqa: N818
    """A road extract or the road network cannot be read or built."""


class ImportTrouble(ClinicError):  # noqa: N818
    """A file to import cannot be read."""


class Cancelled(ClinicError):  # noqa: N818
    """The person stopped a long job; nothing was changed."""


class PublishTrouble(ClinicError):  # noqa: N818
    """A calendar server cannot be reached, or refuses."""
