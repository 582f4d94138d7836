"""The verdict on a training is told in the user's language, and in English as the report has it."""

import re
from dataclasses import replace

import pytest

from app.stages.training.inspector_lines import certified_sheet, verdict
from app.style.translation import set_language
from core.evaluation.claims import headline
from tests.core.make import trained_project


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language("en")


@pytest.fixture(scope="module")
def certificates():
    """Of a training that folds nowhere as far as is known, and of one that does not come back."""
    good = trained_project().training.certificate
    return good, replace(good, round_trip=0.9)


def test_in_english_it_is_the_headline_of_the_report(certificates):
    assert [verdict(one) for one in certificates] == [headline(one) for one in certificates]


def test_in_chinese_no_english_is_left_but_formulas(certificates, chinese):
    for one in certificates:
        words = re.sub(r"(encode|decode)\(\w+\(\w\)\)", "", verdict(one))
        assert not re.search("[A-Za-z]{2}", words), words
    assert re.search("[\u4e00-\u9fff]", certified_sheet(trained_project().training, False).note)
