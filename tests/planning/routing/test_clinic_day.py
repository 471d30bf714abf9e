"""The clinic's own days as planning problems: the board's drives, minute by minute."""

from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.travel import ASSUMED_PROFILE, BaseDrive, LegSource, drive_minutes
from clinic_desktop.planning.routing import clinic_day


@given(
    seconds=st.one_of(st.just(0.0), st.floats(min_value=1, max_value=9000)),
    share=st.floats(min_value=0, max_value=1),
    source=st.sampled_from(list(LegSource)),
)
def test_a_drive_by_the_minute_is_the_boards_drive(
    seconds: float, share: float, source: LegSource
) -> None:
    base = BaseDrive(seconds=seconds, metres=1000, motorway_seconds=seconds * share, source=source)
    row = clinic_day.by_minute(base, ASSUMED_PROFILE)
    assert len(row) == 24 * 60 + 1
    assert list(row) == [drive_minutes(base, t, ASSUMED_PROFILE) for t in range(24 * 60 + 1)]
