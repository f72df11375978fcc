"""Makes the environment: `.venv/` with the locked packages and the compiled message catalogues.

Needs nothing but Python 3.11 or newer. Does only what is missing or has changed, so it may run before every command.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"


def main() -> int:
    if sys.version_info < (3, 11):
        print("Lotse needs Python 3.11 or newer.", file=sys.stderr)
        return 1
    lock = ROOT / "deploy" / ("requirements-dev.txt" if "--dev" in sys.argv else "requirements.txt")
    install(lock)
    compile_catalogues()
    return 0


def install(lock: Path) -> None:
    """Bring `.venv/` to exactly what the lock file says; a development environment also serves `make run`."""
    stamp = ENVIRONMENT / "installed.txt"
    wanted = fingerprint(lock)
    done = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    if wanted in done and PYTHON.exists():
        return
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    print("Installing packages …", flush=True)
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    fast = subprocess.run([*pip, str(ROOT / "deploy" / "requirements-install.txt")], env=quiet).returncode == 0 and (
        subprocess.run(
            [
                str(ENVIRONMENT / "bin" / "uv"),
                "pip",
                "install",
                "--quiet",
                "--no-config",
                "--require-hashes",
                "--python",
                str(PYTHON),
                "-r",
                str(lock),
            ],
        ).returncode
        == 0
    )
    if not fast:
        subprocess.run([*pip, str(lock)], env=quiet, check=True)
    stamps = {wanted}
    if lock.name == "requirements-dev.txt":  # contains everything of the smaller file
        stamps.add(fingerprint(ROOT / "deploy" / "requirements.txt"))
    stamp.write_text("\n".join(sorted(stamps)), encoding="utf-8")


def fingerprint(lock: Path) -> str:
    """Changes with the lock file and with Python."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def compile_catalogues() -> None:
    """Compile every catalogue that is newer than its compiled form; no system package needed."""
    sources = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    stale = [
        str(path)
        for path in sources
        if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    ]
    if stale:
        code = "import polib,sys;[polib.pofile(p).save_as_mofile(p[:-2]+'mo') for p in sys.argv[1:]]"
        subprocess.run([str(PYTHON), "-c", code, *stale], check=True)


if __name__ == "__main__":
    sys.exit(main())
