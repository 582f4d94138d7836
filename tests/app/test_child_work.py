import pytest

from app.process.child_work import finish_in_child
from core.base.errors import BudaiError
from tests.app.test_worker import count_to, die, refuse


def test_a_work_in_a_child_reports_and_gives_its_result():
    seen = []
    assert finish_in_child(count_to, 50, 0.001, report=lambda progress: seen.append(progress.payload)) == 50
    assert seen
    assert seen == sorted(seen)


def test_a_refusal_and_a_crash_are_errors_that_can_be_told():
    with pytest.raises(BudaiError, match="tea is cold"):
        finish_in_child(refuse)
    with pytest.raises(BudaiError, match="exit status 7"):
        finish_in_child(die)
