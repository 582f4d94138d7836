"""Words in the curves of a training do not lie over each other."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from app.style.theme import Theme
from app.widgets.view_chart import Chart, Curve, Panel


@pytest.mark.parametrize(("share", "has_room"), [(0.2, True), (0.5, True), (0.7, False), (0.99, False)])
def test_the_name_of_the_goal_leaves_room_for_that_of_a_curve(qtbot, share, has_room):
    chart = Chart(Theme("light"))
    qtbot.addWidget(chart)
    curve, area = Curve("Flipped", np.ones(2), np.full(2, 2.1), "#000000"), QRectF(40.0, 0.0, 340.0, 100.0)
    panel = Panel("Flipped triangles, %", (curve,), 0.01, 100.0, goal=1.0, goal_name="goal 1 %")
    assert chart.has_room_at_right(panel, area, [(curve, QPointF(40.0 + share * 340.0, 30.0))]) == has_room
