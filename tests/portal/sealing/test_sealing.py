"""What is encrypted opens at its place, with its key, unchanged, and nowhere else."""

import stat
from pathlib import Path

import pytest
from django.conf import settings

from portal import sealing
from portal.sealing import KeyMissing, Unreadable

PLACE = "services|case|answers|1|1"


def test_a_text_opens_again_with_key_and_place():
    key = sealing.new_key()
    for text in (b"", b"x", "سلام".encode() * 400):
        assert sealing.decrypt(sealing.encrypt(text, key, PLACE), key, PLACE) == text


def test_a_text_moved_to_another_row_does_not_open():
    key = sealing.new_key()
    with pytest.raises(Unreadable):
        sealing.decrypt(sealing.encrypt(b"Amira", key, PLACE), key, "services|case|answers|2|1")


def test_every_changed_byte_is_noticed():
    key = sealing.new_key()
    sealed = sealing.encrypt(b"Amira", key, PLACE)
    for position in range(0, len(sealed), 37):
        broken = bytearray(sealed)
        broken[position] ^= 1
        with pytest.raises(Unreadable):
            sealing.decrypt(bytes(broken), key, PLACE)


@pytest.mark.parametrize("nothing", [b"", b"short", None, b"\x00" * 24, b"\x00" * 40])
def test_what_is_no_ciphertext_is_refused_and_does_not_crash(nothing):
    with pytest.raises(Unreadable):
        sealing.decrypt(nothing, sealing.new_key(), PLACE)


def test_another_key_does_not_open():
    with pytest.raises(Unreadable):
        sealing.decrypt(sealing.encrypt(b"Amira", sealing.new_key(), PLACE), sealing.new_key(), PLACE)


def test_the_length_of_a_short_text_is_hidden():
    key = sealing.new_key()
    lengths = {len(sealing.encrypt(b"x" * size, key, PLACE)) for size in (0, 1, 100, 511)}
    assert len(lengths) == 1
    assert len(sealing.encrypt(b"x" * 512, key, PLACE)) == lengths.pop() + sealing.BLOCK


def test_the_same_text_never_looks_the_same():
    key = sealing.new_key()
    assert sealing.encrypt(b"Amira", key, PLACE) != sealing.encrypt(b"Amira", key, PLACE)


def test_a_sealed_key_opens_with_its_pair_only():
    pair, key = sealing.new_pair(), sealing.new_key()
    sealed = sealing.seal(key, pair.public)
    assert sealing.unseal(sealed, pair) == key
    with pytest.raises(Unreadable):
        sealing.unseal(sealed, sealing.new_pair())
    with pytest.raises(Unreadable):
        sealing.unseal(b"nonsense", pair)


def test_databases_may_hand_back_memoryviews():
    pair, key = sealing.new_pair(), sealing.new_key()
    assert sealing.unseal(memoryview(sealing.seal(key, memoryview(pair.public))), pair) == key
    assert sealing.decrypt(memoryview(sealing.encrypt(b"a", key, PLACE)), key, PLACE) == b"a"


def test_a_private_key_is_in_no_representation():
    pair = sealing.new_pair()
    assert repr(pair.private) not in repr(pair)
    assert pair.private.hex() not in repr(pair)
    assert sealing.pair_of(pair.private) == pair


def test_the_same_secret_gives_the_same_key_only_with_its_salt():
    salt = sealing.new_salt()
    assert sealing.key_from_secret("1234567812345678", salt) == sealing.key_from_secret("1234567812345678", salt)
    assert sealing.key_from_secret("1234567812345678", salt) != sealing.key_from_secret("1234567812345679", salt)
    assert sealing.key_from_secret("1234567812345678", salt) != sealing.key_from_secret(
        "1234567812345678", sealing.new_salt()
    )


def test_dearer_keys_do_not_lock_out_who_sent_before(settings):
    salt = sealing.new_salt()
    before = sealing.key_from_secret("1234567812345678", salt)
    settings.LOTSE_ARGON2 = {"opslimit": 2, "memlimit": 65536}
    assert sealing.key_from_secret("1234567812345678", salt) == before
    assert sealing.new_salt()[:6] != salt[:6]


def test_keys_of_tokens_differ_by_purpose():
    token = b"0123456789abcdef0123456789abcdef"
    assert sealing.key_from_token(token, "draft") != sealing.key_from_token(token, "resume")
    assert sealing.key_from_token(token, "draft") == sealing.key_from_token(token, "draft", sealing.pepper_version())
    assert len(sealing.key_from_token(token, "draft")) == 32


def test_keys_need_the_pepper_and_not_the_database_alone(settings, tmp_path):
    token = b"0123456789abcdef0123456789abcdef"
    here = sealing.key_from_token(token, "draft")
    index = sealing.blind_index("email", "amira@example.org")
    settings.LOTSE_KEY_DIR = tmp_path
    assert sealing.key_from_token(token, "draft") != here
    assert sealing.blind_index("email", "amira@example.org") != index


def test_a_person_is_found_again_however_it_was_typed():
    assert sealing.blind_index("email", "Amira@Example.org ") == sealing.blind_index("email", "amira@example.org")
    assert sealing.blind_index("phone", "+49 30 23125-001") == sealing.blind_index("phone", "+493023125001")
    assert sealing.blind_index("phone", "٠٣٠٢٣١٢٥٠٠١") == sealing.blind_index("phone", "030 23125001")
    assert sealing.blind_index("email", "1") != sealing.blind_index("phone", "1")
    assert "amira" not in sealing.blind_index("email", "amira@example.org")


def test_the_master_key_opens_what_it_locked_away_at_its_place():
    locked = sealing.lock_away(b"private", "officekey|1")
    assert sealing.take_out(locked, "officekey|1") == b"private"
    assert sealing.take_out(memoryview(locked), "officekey|1") == b"private"
    with pytest.raises(Unreadable):
        sealing.take_out(locked, "officekey|2")


def test_the_public_role_cannot_open_even_where_the_file_lies_about(settings):
    locked = sealing.lock_away(b"private", "officekey|1")
    settings.LOTSE_ROLE = "public"
    with pytest.raises(KeyMissing):
        sealing.take_out(locked, "officekey|1")
    with pytest.raises(KeyMissing):
        sealing.lock_away(b"private", "officekey|1")
    assert not sealing.has_master_key()


def test_the_public_role_makes_no_master_key(settings, tmp_path):
    settings.LOTSE_ROLE, settings.LOTSE_KEY_DIR = "public", tmp_path
    with pytest.raises(KeyMissing):
        sealing.lock_away(b"private", "officekey|1")
    sealing.new_salt()
    assert [path.name for path in tmp_path.iterdir()] == ["pepper-1.key"]
    assert sealing.make_files() == []


def test_without_its_keys_production_writes_nothing(settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path
    for use in (sealing.new_salt, lambda: sealing.lock_away(b"x", "a"), lambda: sealing.blind_index("email", "a")):
        with pytest.raises(KeyMissing):
            use()
    assert list(tmp_path.iterdir()) == []


def test_an_operator_makes_the_files_once(settings, tmp_path):
    settings.LOTSE_MAKE_KEYS, settings.LOTSE_KEY_DIR = False, tmp_path / "keys"
    assert sealing.make_files() == ["master-1.key", "pepper-1.key"]
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    assert sealing.make_files() == []
    assert {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()} == before


def test_key_files_are_for_their_owner_only():
    sealing.new_salt()
    sealing.lock_away(b"x", "a")
    for path in Path(settings.LOTSE_KEY_DIR).glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_file_is_as_bad_as_none(settings, tmp_path):
    settings.LOTSE_KEY_DIR = tmp_path
    (tmp_path / "pepper-1.key").write_text("not a key")
    with pytest.raises(KeyMissing):
        sealing.key_from_token(b"0123456789abcdef", "draft")


def test_a_newer_master_key_seals_and_the_older_one_still_opens(settings, tmp_path):
    settings.LOTSE_KEY_DIR = tmp_path
    old = sealing.lock_away(b"old", "a")
    (tmp_path / "master-2.key").write_text(sealing.new_key().hex())
    new = sealing.lock_away(b"new", "a")
    assert (old[0], new[0]) == (1, 2)
    assert sealing.take_out(old, "a") == b"old"
    assert sealing.take_out(new, "a") == b"new"
    (tmp_path / "master-1.key").unlink()
    with pytest.raises(KeyMissing):
        sealing.take_out(old, "a")
