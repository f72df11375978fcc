"""What lies in the private storage is noise to everybody but the holder of its key, and goes when it must."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from portal import erasures, vault
from portal.checks import private_files_apart
from portal.file_models import FileErasure
from portal.sealing import Unreadable


def root() -> Path:
    return Path(vault.storage().location)


def path_of(name: str) -> Path:
    return root() / name


@pytest.mark.parametrize("size", [0, 1, 511, 512, vault.PIECE - 1, vault.PIECE, vault.PIECE + 1, 3 * vault.PIECE])
def test_what_is_put_in_comes_out_again(size):
    data = os.urandom(size)
    name, key = vault.put(data)
    assert vault.get(name, key) == data


def test_the_name_says_nothing_and_the_content_is_noise():
    name, _key = vault.put(b"kanarienvogel" * 100_000)
    assert vault.NAME.fullmatch(name)
    assert b"kanarien" not in path_of(name).read_bytes()


def test_nobody_else_on_the_machine_may_look():
    name, _key = vault.put(b"x")
    assert path_of(name).stat().st_mode & 0o777 == 0o600
    assert path_of(name).parent.stat().st_mode & 0o777 == 0o700


def test_the_storage_is_no_folder_of_the_web():
    assert not root().is_relative_to(settings.MEDIA_ROOT)
    assert not root().is_relative_to(settings.STATIC_ROOT)
    with pytest.raises(ValueError, match="no address"):
        vault.storage().url("x")


def test_the_product_does_not_start_with_people_s_files_among_the_pictures(settings):
    assert private_files_apart(None) == []
    for folder in (settings.MEDIA_ROOT, Path(settings.MEDIA_ROOT) / "private", settings.STATIC_ROOT):
        settings.STORAGES = {**settings.STORAGES, "private": {"BACKEND": "x", "OPTIONS": {"location": folder}}}
        assert [error.id for error in private_files_apart(None)] == ["portal.E005"]


def spoil(name: str, how: str) -> None:
    data = bytearray(path_of(name).read_bytes())
    one = vault.SEALED_PIECE
    changed = {
        "a byte": data[:100] + bytes([data[100] ^ 1]) + data[101:],
        "the end": data[:-1],
        "the last piece": data[: 2 * one],
        "the first piece": data[one:],
        "the order": data[one : 2 * one] + data[:one] + data[2 * one :],
        "a piece twice": data[:one] + data[:one] + data[2 * one :],
        "everything": b"",
        "more": data + b"x",
    }[how]
    path_of(name).write_bytes(bytes(changed))


@pytest.mark.parametrize(
    "how",
    ["a byte", "the end", "the last piece", "the first piece", "the order", "a piece twice", "everything", "more"],
)
def test_a_changed_file_does_not_open(how):
    name, key = vault.put(os.urandom(2 * vault.PIECE + 900_000))
    spoil(name, how)
    with pytest.raises(Unreadable):
        vault.get(name, key)


def test_a_file_in_anothers_place_does_not_open():
    mine, key = vault.put(b"mein")
    other, _key = vault.put(b"dein")
    path_of(mine).write_bytes(path_of(other).read_bytes())
    with pytest.raises(Unreadable):
        vault.get(mine, key)


def test_a_name_from_outside_deletes_nothing(tmp_path):
    victim = root().parent / "opfer.txt"
    victim.write_text("x")
    vault.remove("../opfer.txt")
    assert victim.exists()
    victim.unlink()


# Erasing ----------------------------------------------------------------------------------------------------------


def nobody(names):
    return set()


@pytest.mark.django_db
def test_what_is_noted_is_erased_and_nothing_of_it_is_left():
    name, _key = vault.put(b"x")
    erasures.queue_erasure([name, name])
    erasures.queue_erasure([name])
    assert erasures.erase_due_files(nobody) == 1
    assert not path_of(name).exists()
    assert not FileErasure.objects.exists()


@pytest.mark.django_db
def test_a_file_that_somebody_still_has_stays():
    name, _key = vault.put(b"x")
    erasures.queue_erasure([name])
    erasures.erase_due_files(set)
    assert path_of(name).exists()


@pytest.mark.django_db
def test_a_broken_disk_is_tried_again_for_ever():
    name, _key = vault.put(b"x")
    erasures.queue_erasure([name])
    folder = path_of(name).parent
    kept = folder.rename(folder.with_suffix(".weg"))
    folder.write_text("no folder")
    now = timezone.now()
    for _try in range(9):
        with time_machine.travel(now, tick=False):
            erasures.erase_due_files(nobody)
        now += timedelta(days=2)
    assert FileErasure.objects.get().attempts == len(erasures.RETRY_MINUTES)
    folder.unlink()
    kept.rename(folder)
    with time_machine.travel(now, tick=False):
        assert erasures.erase_due_files(nobody) == 1
    assert not path_of(name).exists()


@pytest.mark.django_db
def test_the_sweep_finds_what_a_broken_request_left_after_a_day_and_not_before():
    name, _key = vault.put(b"x")
    assert erasures.sweep(nobody, timezone.now()) == 0
    assert erasures.sweep(set, timezone.now() + timedelta(days=2)) == 0
    found = erasures.sweep(nobody, timezone.now() + timedelta(days=2))
    assert found >= 1
    erasures.erase_due_files(nobody)
    assert not path_of(name).exists()
