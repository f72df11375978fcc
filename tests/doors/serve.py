"""The portal of tests.cast at a real address, second factor required: `python -m tests.doors.serve FILE PORT`."""

import os
import shutil
import sys


def main() -> None:
    """Tell the story of the cast into the database file and serve it until the end of the process."""
    os.environ["LOTSE_TEST_FILE"] = sys.argv[1]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.doors.serving"
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.servers.basehttp import run
    from django.core.wsgi import get_wsgi_application

    from tests.cast import found_portal
    from tests.migrated import unpacked

    migrated = unpacked()
    if migrated is not None:
        shutil.copyfile(migrated, sys.argv[1])
    else:
        call_command("migrate", verbosity=0)
    found_portal()
    run("127.0.0.1", int(sys.argv[2]), get_wsgi_application(), threading=True)


if __name__ == "__main__":
    main()
