"""The line of now, arrival, start and window; words that never touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.ui.my_day.promise_bar import BarContent, BarLabel, PromiseBar, spread

WORDS = st.lists(st.tuples(st.floats(0, 400), st.floats(10, 90)), min_size=1, max_size=4)


@given(WORDS)
def test_words_keep_their_order_and_never_touch(words):
    words.sort()
    widths = [wide for _centre, wide in words]
    lefts = spread([centre for centre, _wide in words], widths, 400)
    for index in range(1, len(lefts)):
        assert lefts[index] >= lefts[index - 1] + widths[index - 1] + 8 - 1e-6
    assert lefts[-1] + widths[-1] <= 400 + 1e-6


def test_words_with_room_stand_over_their_minute():
    assert spread([100, 300], [40, 60], 400) == [80, 270]


@pytest.mark.parametrize("way", [None, (500, 612), (560, 612), (700, 730)])
@pytest.mark.parametrize("window", [None, (600, 630)])
def test_the_bar_paints_with_and_without_a_way_and_a_promise(qtbot, theme, way, window):
    bar = PromiseBar(theme)
    qtbot.addWidget(bar)
    bar.resize(380, bar.sizeHint().height())
    labels = (BarLabel(600, "10:00"), BarLabel(620, "start 10:20"), BarLabel(630, "10:30"))
    bar.show_bar(
        BarContent(
            marker=3, way=way, window=window, tick_min=620, above=labels[:1], below=labels,
            spoken="Arrive 10:12",
        )
    )  # fmt: skip
    assert bar.accessibleName() == "Arrive 10:12"
    image = bar.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert (theme.color("prac.3.base").name() in colours) == (bool(way) or bool(window))
