"""Pictures: nothing clipped, nothing over each other, the same bytes twice."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.errors import DataError, UnknownName
from sim.report.figures import FIGURES, check_figure_names, draw_figure, figure_data, pixels, png
from sim.report.style import class_colours, class_labels, classify, round_limits, symbol_area, technology_colours
from sim.report.words import ENGLISH, LANGUAGES
from tests.report.fake_result import fake_plan, fake_result, fake_study, technologies, toy_city

NAMES = FIGURES.names()
MAPS = [name for name in NAMES if FIGURES[name].__module__.endswith("maps")]
CHARTS = [name for name in NAMES if name not in MAPS]
# columns that the pictures show by place, size or colour
DRAWN_NUMBERS = {
    "points",
    "points_added",
    "way_m",
    "requests_per_km2_day",
    "lost_kwh_per_km2_day",
    "occupied_share",
    "parking_pressure",
    "plan",
    "promise_kwh",
    "lost_kwh_per_km2_day_change",
    "difference",
    "power_kw_plan",
    "plugged_in_plan",
    "share_up_to",
    "present_value_eur",
    "as_is",
    "served_share_plan",
}
BOTH = list(LANGUAGES.values())


def drawn(figure: Figure) -> FigureCanvasAgg:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas


def texts(figure: Figure) -> list[tuple[Text, Bbox]]:
    renderer = drawn(figure).get_renderer()
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t, t.get_window_extent(renderer)) for t in shown]


def assert_nothing_is_clipped(figure: Figure) -> None:
    width, height = figure.canvas.get_width_height()
    shown = texts(figure)  # draws, and so places the ticks
    undrawn = [label for axes in figure.axes for label in _undrawn_tick_labels(axes)]
    on_axis = [(t, box) for t, box in shown if t not in undrawn]
    assert len(on_axis) > 3
    for text, box in on_axis:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"'{text.get_text()}' is clipped: {box} in {width} x {height}"


def _undrawn_tick_labels(axes: Axes) -> list[Text]:
    """Labels that matplotlib keeps but does not draw: of ticks beyond the axis, and of maps, which have no axis."""
    hidden = []
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, sorted(axes.get_ylim()))):
        ticks = axis.majorTicks  # with those left over from an earlier, longer axis
        hidden += [t.label1 for t in ticks if not axes.axison or not low <= t.get_loc() <= high]
    return hidden


def assert_legends_keep_off_the_map(figure: Figure) -> None:
    renderer = drawn(figure).get_renderer()
    boxes = [legend.get_window_extent(renderer) for legend in figure.legends]
    map_box = next(axes for axes in figure.axes if axes.get_label() == "map").get_window_extent(renderer)
    for i, box in enumerate(boxes):
        assert not box.overlaps(map_box)
        assert not any(box.overlaps(other) for other in boxes[:i])


def assert_district_names_keep_apart(figure: Figure) -> None:
    boxes = [box for text, box in texts(figure) if text.get_gid() == "district"]
    assert boxes
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_there_are_at_least_eight_maps():
    assert len(MAPS) >= 8


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("words", BOTH, ids=LANGUAGES)
def test_a_map_of_the_toy_city_is_clear_of_clips_and_overlaps(toy_figures, name, words):
    figure = toy_figures(name, words)
    assert_nothing_is_clipped(figure)
    assert_legends_keep_off_the_map(figure)
    assert_district_names_keep_apart(figure)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("words", BOTH, ids=LANGUAGES)
def test_a_chart_of_the_toy_city_is_not_clipped(toy_figures, name, words):
    assert_nothing_is_clipped(toy_figures(name, words))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", BOTH, ids=LANGUAGES)
def test_a_figure_of_a_big_city_is_clear_of_clips_and_overlaps(big_result, name, words):
    figure = draw_figure(name, big_result, words)
    assert_nothing_is_clipped(figure)
    if name in MAPS:
        assert_legends_keep_off_the_map(figure)
        assert_district_names_keep_apart(figure)


@pytest.mark.parametrize("name", ["plan_by_technology", "rounds_chart"])
def test_the_same_result_gives_the_same_bytes(toy_result, name):
    first, second = (png(pixels(draw_figure(name, toy_result, ENGLISH), 100), 100) for _ in range(2))
    assert first == second


def test_a_png_names_no_software_and_no_time(toy_result):
    data = png(pixels(draw_figure("rounds_chart", toy_result, ENGLISH), 50), 50)
    assert b"Software" not in data and b"Creation" not in data


def test_a_user_s_matplotlib_settings_change_nothing(toy_result):
    import matplotlib

    plain = pixels(draw_figure("use_case_chart", toy_result, ENGLISH), 50)
    with matplotlib.rc_context({"font.size": 20, "axes.spines.top": True, "text.color": "red"}):
        assert pixels(draw_figure("use_case_chart", toy_result, ENGLISH), 50) == plain


def test_the_title_is_the_finding_with_the_number_of_the_kpi_table(toy_result):
    row = toy_result.kpis.query("kpi == 'energy_lost_kwh' and scope == 'city'").iloc[0]
    title = draw_figure("lost_energy_as_is", toy_result, ENGLISH).get_label()
    assert f"{row['as_is']:,.0f} kWh" in title


def test_before_and_after_share_their_classes(toy_result):
    legends = [
        [t.get_text() for t in draw_figure(name, toy_result, ENGLISH).legends[0].get_texts() if t.get_text() != "none"]
        for name in ("lost_energy_as_is", "lost_energy_plan")
    ]
    assert legends[0] == legends[1] and len(legends[0]) >= 3


def test_every_map_names_its_sources_and_what_is_synthetic(toy_result):
    words = " ".join(t.get_text() for t in draw_figure("as_is_network", toy_result, ENGLISH).texts).replace(
        "\u00a0", " "
    )
    for needed in (*toy_result.city.sources, *toy_result.city.synthetic):
        assert needed in words


def test_synthetic_stations_have_a_sign_of_their_own(toy_result):
    figure = draw_figure("as_is_network", toy_result, ENGLISH)
    labels = [t.get_text() for legend in figure.legends for t in legend.get_texts()]
    assert {"in the register", "synthetic place"} <= set(labels)


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_that_builds_nothing_can_be_drawn(name):
    city = toy_city()
    result = fake_result(city, plan_rows=4, figures=[])
    nothing = fake_plan(city, fake_study("toy", []), 0, np.random.default_rng(0))
    rounds = result.rounds.iloc[:1].assign(kept=True)
    figure = draw_figure(name, dataclasses.replace(result, plan=nothing, rounds=rounds), ENGLISH)
    assert figure.get_label()


def test_a_name_that_is_no_figure_is_answered_with_the_near_ones():
    with pytest.raises(UnknownName, match="did you mean 'occupancy'"):
        check_figure_names(["as_is_network", "ocupancy"])


def test_all_unknown_figures_are_told_at_once():
    with pytest.raises(DataError) as told:
        check_figure_names(["ocupancy", "plan_reech"])
    assert len(told.value.problems) == 2


def test_nothing_has_a_class_of_its_own_and_a_limit_belongs_to_the_class_below():
    assert classify(pd.Series([0.0, np.nan, 0.5, 1.0, 1.1, 9.0]), [1.0, 3.0]).tolist() == [-1, -1, 0, 0, 1, 2]


def test_limits_are_round_and_ascend():
    limits = round_limits(pd.Series(np.geomspace(0.013, 4321, 500)))
    assert limits == sorted(set(limits))
    assert all(f"{x:e}".split("e")[0].rstrip("0").rstrip(".") in {"1", "1.5", "2", "3", "5", "7"} for x in limits)


def test_a_city_where_nothing_is_lost_still_has_classes():
    assert class_labels(round_limits(pd.Series([0.0, 0.0])), words=ENGLISH) == ["up to 1", "more than 1"]


def test_class_labels_show_small_limits_in_full():
    assert class_labels([0.05, 0.125], "share", words=ENGLISH) == ["up to 5 %", "5 % to 12.5 %", "more than 12.5 %"]


def test_more_is_darker():
    def luminance(colour: str) -> float:
        r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    shades = [luminance(c) for c in class_colours(7)]
    assert shades == sorted(shades, reverse=True)


def test_ac_is_cold_and_dc_is_warm_and_no_two_share_a_colour():
    colours = technology_colours(technologies())
    assert len(set(colours.values())) == len(colours) == 4
    for name, colour in colours.items():
        red, blue = int(colour[1:3], 16), int(colour[5:7], 16)
        assert (blue > red) == name.startswith("ac")


def test_a_symbol_grows_by_the_same_area_for_each_point():
    areas = symbol_area([2, 4, 6])
    assert areas[2] - areas[1] == pytest.approx(areas[1] - areas[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_changes_with_its_data(toy_result, toy_figures, name):
    data = figure_data(name, toy_result)
    assert len(data) > 0
    numeric = [c for c in data.columns if c in DRAWN_NUMBERS]
    assert numeric, f"{name}: {list(data.columns)}"
    changed = data.assign(**{c: data[c] * 0.5 for c in data.columns if c in numeric or c.endswith(("_low", "_high"))})
    changed_figure, usual_figure = draw_figure(name, toy_result, ENGLISH, data=changed), toy_figures(name, ENGLISH)
    assert pixels(changed_figure, 40) != pixels(usual_figure, 40)
