"""What a form prints it reads again, and what people type it reads as they mean it, or says that it does not."""

import dataclasses
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.stages import rows
from app.state.settings import Preferences
from app.style.theme import Theme
from app.widgets.field_editors import number_parser, number_text, widths_parser
from app.widgets.fields import InvalidTextError
from app.widgets.number_text import parse_number, parse_seconds, parse_value, value_text
from app.widgets.parameter_form import ParameterForm
from app.widgets.text import number
from core.denoising.blind_comparison import BlindChoice
from core.session.stages import STAGES
from core.training.options import PRESETS, TrainingOptions

pytestmark = [pytest.mark.qt_log_level_fail("WARNING"), pytest.mark.qt_log_ignore("propagateSizeHints")]

VIEWS = tuple(row.view() for row in rows())


def choice_text(name, choice):
    return next(
        (view.choices[name, choice] for view in VIEWS if (name, choice) in view.choices), str(choice).capitalize()
    )


OPTIONS = (
    *(stage.options for stage in STAGES.values()),
    BlindChoice,
    *(view.display for view in VIEWS if view.display is not None),
    Preferences,
)
FORMS = pytest.mark.parametrize("kind", OPTIONS, ids=lambda kind: kind.__name__)
NUMBERS = [
    pytest.param(field, isinstance(field.default, int), id=f"{kind.__name__}.{field.name}")
    for kind in OPTIONS
    for field in dataclasses.fields(kind)
    if isinstance(field.default, int | float) and not isinstance(field.default, bool)
    if "choices" not in field.metadata and field.metadata.get("kind") not in ("layers", "unit")
]


def within(field, whole):
    """Return a strategy of all values that a field may have."""
    low, high = field.metadata["minimum"], field.metadata["maximum"]
    return st.integers(low, high) if whole else st.floats(low, high, allow_nan=False)


@pytest.mark.parametrize(("field", "whole"), NUMBERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_value_of_every_field_is_read_back_as_it_is_printed(field, whole, data):
    value = data.draw(within(field, whole))
    parse, about = number_parser(field.metadata, whole), field.metadata
    text = number_text(about, value, whole)
    assert parse(text) == value
    assert number_text(about, parse(text), whole) == text


@pytest.mark.parametrize(("field", "whole"), NUMBERS)
def test_the_default_the_ends_and_the_numbers_of_the_remark_are_read(field, whole):
    about = field.metadata
    parse = number_parser(about, whole)
    for value in (field.default, about["minimum"], about["maximum"], *about.get("slider", ())):
        assert parse(number_text(about, value, whole)) == value
    with pytest.raises(InvalidTextError) as caught:
        parse("banana")
    low, high = re.fullmatch(r"Must be a (?:whole )?number from (.*) to (.*)", str(caught.value)).groups()
    assert (parse(low), parse(high)) == (about["minimum"], about["maximum"])


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e300, 1e300))
def test_every_finite_number_is_read_back(value):
    assert parse_number(value_text(value, "", "")) == value
    assert parse_number(repr(value)) == value
    assert parse_number(number(value)) == pytest.approx(value, rel=1e-3)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(2, 8192), max_size=6).map(tuple))
def test_widths_are_read_back(widths):
    about = TrainingOptions.__dataclass_fields__["encoder"].metadata
    from app.widgets.number_text import widths_text

    assert widths_parser(about)(widths_text(widths, about["ends"])) == widths


@FORMS
def test_a_form_with_its_defaults_is_valid_and_running_it_changes_nothing(qtbot, kind):
    form = ParameterForm(kind(), Theme("light"), choice_text)
    qtbot.addWidget(form)
    with qtbot.assertNotEmitted(form.changed, wait=1):
        form.commit()
    assert form.is_valid
    assert form.value() == kind()
    if form._more is not None:
        form._more.click()
        form.commit()
        assert form.is_valid


def test_another_preset_brings_its_own_widths_and_says_what_it_means(qtbot):
    form = ParameterForm(TrainingOptions(encoder=(7, 7)), Theme("light"), choice_text)
    qtbot.addWidget(form)
    combo = form.rows["preset"].editor
    assert [combo.itemText(k) for k in range(combo.count())] == ["Small", "Medium", "Default", "Paper"]
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    assert form.value() == TrainingOptions(preset="small")
    assert form.rows["encoder"].editor.text() == "3–32–32–2"
    assert "few cells" in form.rows["preset"].note.text()
    assert combo.toolTip() == form.rows["preset"].note.text()


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(qtbot, preset):
    form = ParameterForm(TrainingOptions(preset=preset), Theme("light"))
    qtbot.addWidget(form)
    form.commit()
    assert form.is_valid
    assert form.value() == TrainingOptions(preset=preset)


def test_a_value_that_nobody_typed_is_not_rounded_by_a_run(qtbot):
    options = replace(TrainingOptions(), seconds=7325.123456789, withheld=0.123456789, seed=2**31 - 1)
    form = ParameterForm(options, Theme("light"))
    qtbot.addWidget(form)
    form._more.click()
    form.commit()
    assert form.value() == options


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 × 10⁻⁹", 1e-9),
        ("1×10^-9", 1e-9),
        ("1 * 10^-9", 1e-9),
        ("2 x 10³", 2000.0),
        ("1E-9", 1e-9),
        ("−3", -3.0),
        ("1 391.6", 1391.6),
        ("1,391,000", 1391000.0),
        (".5", 0.5),
        ("5.", 5.0),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e999", "0,5", "1,5", "1 2", "12,34", "", "-", "e5", "1_0", "0x10", "1.2.3"]
)
def test_what_is_no_number_or_may_mean_two_is_refused(text):
    with pytest.raises(ValueError, match=r"^[^\0]*$"):
        parse_number(text)
    for about in (
        {"minimum": 0.0, "maximum": 9.0},
        {"minimum": 0, "maximum": 9, "kind": "percent"},
        {"kind": "seconds"},
    ):
        for whole in (False, True):
            with pytest.raises(InvalidTextError):
                number_parser(about, whole)(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1 min 30 s", 90),
        ("1:30", 90),
        ("2 h 1 min", 7260),
        ("86,400 s", 86400),
        ("1 × 10⁻² s", 0.01),
        ("1.5 min", 90),
    ],
)
def test_times_as_people_write_them(text, seconds):
    assert parse_seconds(text) == seconds


def test_a_long_text_that_is_no_time_is_refused_at_once():
    with pytest.raises(ValueError, match="1"):
        parse_seconds("1" * 5000 + "y")  # took exponential time: longer than a test may


def test_percents_are_decimal():
    assert parse_value("12.34 %", "percent", "") == 0.1234
    assert value_text(0.07, "percent", "") == "7 %"
