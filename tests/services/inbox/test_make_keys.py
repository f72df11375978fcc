"""An operator makes keys; nobody makes them twice, and nobody makes them by accident."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from services.inbox.models import EscrowKey, OfficeKey


def run(*options):
    out = StringIO()
    call_command("make_keys", *options, stdout=out)
    return out.getvalue()


def test_every_office_with_an_inbox_and_the_district_get_a_key_once(portal):
    portal.offices["KOE_IM"].takes_cases = False
    portal.offices["KOE_IM"].save()
    assert f"Keys made: {len(portal.offices) + 1}" in run()  # one office less, the escrow and the courses'
    assert "Keys made: 0" in run()
    assert not OfficeKey.objects.filter(office__code="KOE_IM").exists()
    assert EscrowKey.objects.count() == 1


def test_without_key_files_the_command_says_what_to_do(portal, settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path
    with pytest.raises(CommandError, match="--key-files"):
        run()
    assert OfficeKey.objects.count() == 0


def test_a_new_installation_makes_its_key_files_when_asked(portal, settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path / "keys"
    assert "Made master-1.key" in run("--key-files")
    assert "Made" not in run("--key-files")


def test_a_lost_master_key_is_not_replaced_by_a_fresh_one(portal, settings, tmp_path):
    run()
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path
    with pytest.raises(CommandError, match="older master key"):
        run("--key-files")
    assert list(tmp_path.iterdir()) == []


def test_the_public_role_makes_no_office_keys(portal, settings):
    settings.LOTSE_ROLE = "public"
    with pytest.raises(CommandError):
        run()
