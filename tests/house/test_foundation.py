"""The ground every other test stands on."""

from portal.languages import direction, fallback_chain


def test_the_portal_has_its_people(portal):
    assert portal.lena.memberships.get().office.code == "LRA_IM"
    assert portal.home.live


def test_dari_falls_back_to_persian_and_runs_right_to_left():
    assert fallback_chain("fa-af") == ["fa-af", "fa", "de"]
    assert direction("ps") == "rtl"
