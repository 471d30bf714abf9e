"""The board of a day on which the clinic is closed."""

from dataclasses import replace

from clinic_desktop.domain.clinic import ClosingRules, OwnClosedDay
from clinic_desktop.domain.formats import Formats
from clinic_desktop.ui.board.board_content import lanes_of
from tests.services.clinic_day import OFFICE, TODAY, clinic_day


def test_every_lane_says_that_the_clinic_is_closed_and_why(tmp_path, clock):
    with clinic_day(tmp_path, clock) as day:
        own = (OwnClosedDay(first=TODAY, last=TODAY, name="Moving house"),)
        day.puts(replace(day.store.reader().clinic(), closing=ClosingRules(own=own)))
        lanes = lanes_of(day.board.day(OFFICE, TODAY), Formats())
    for lane in lanes:
        band = lane.bands[0]
        assert (band.kind, band.text) == ("time_off", "Clinic closed · Moving house")
        assert (band.start_min, band.end_min, lane.hours) == (0, 24 * 60, ())
    assert [len(lane.cards) for lane in lanes] == [2, 0, 0], "what is booked stays in sight"
