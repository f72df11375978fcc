"""A paper to print on: a template of the tests, which says what it is given."""

import pytest

PAPER = """{% extends "print/base.html" %}{% block title %}{{ title }}{% endblock %}
{% block main %}<h1>{{ title }}</h1><p>{% translate "Your request" %}</p><p>{{ text }}</p>{{ raw|safe }}
{% endblock %}"""


@pytest.fixture
def paper(tmp_path, settings):
    """Name of the template."""
    (tmp_path / "paper.html").write_text(PAPER, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "paper.html"
