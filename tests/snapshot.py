"""The small portal kept beside the tables, so that a test gets it with a few copies instead of a hundred saves."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

KEPT = "kept_"
BEFORE = "before_"


class Snapshot:
    """Rows of all tables that building something changed; put back inside the transaction of a test."""

    def __init__(self, build: Callable[[], object]) -> None:
        """Build once, keep the changed rows in tables of their own, and leave the database as it was."""
        names = self._tables()
        for name in names:
            self._copy(name, BEFORE + name)
        with transaction.atomic():
            build()
        self.tables = [name for name in names if self._differs(name)]
        for name in self.tables:
            self._copy(name, KEPT + name)
        with transaction.atomic():
            self._run(self._putting(BEFORE))
        for name in names:
            self._run(f"DROP TABLE {self._q(BEFORE + name)}")
        self.putting_back = self._putting(KEPT)
        self.types = self._content_types()

    def fits(self) -> bool:
        """Whether the rows may be put back: a test that emptied the tables numbers the kinds of content anew."""
        return self._content_types() == self.types

    def restore(self) -> None:
        """Put the rows back, in the current transaction."""
        self._run(self.putting_back)

    def _putting(self, prefix: str) -> str:
        """All statements at once: one after the other they would cost PostgreSQL more than most tests."""
        work = [f"DELETE FROM {self._q(name)}" for name in self.tables]
        work += [f"INSERT INTO {self._q(name)} SELECT * FROM {self._q(prefix + name)}" for name in self.tables]
        if connection.vendor == "postgresql":
            # The rows fit together as they are; checking them again at the end of each test doubles its time.
            work = ["SET LOCAL session_replication_role = replica", *work, *self._counting_on(prefix)]
            work += ["SET LOCAL session_replication_role = origin"]
        return ";\n".join(work)

    def _counting_on(self, prefix: str) -> list[str]:
        """Let new rows get numbers behind the ones that are put in."""
        found = []
        with connection.cursor() as cursor:
            for name in self.tables:
                cursor.execute(
                    "SELECT pg_get_serial_sequence(%s, 'id') WHERE to_regclass(%s) IS NOT NULL AND EXISTS "
                    "(SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'id')",
                    [self._q(name), self._q(name), name],
                )
                row = cursor.fetchone()
                if row and row[0]:
                    cursor.execute(f"SELECT coalesce(max(id), 1) FROM {self._q(prefix + name)}")
                    found.append(f"SELECT setval('{row[0]}', {cursor.fetchone()[0]})")
        return found

    def _differs(self, name: str) -> bool:
        old, new = self._q(BEFORE + name), self._q(name)
        rows = f"SELECT * FROM {old}", f"SELECT * FROM {new}"
        with connection.cursor() as cursor:
            cursor.execute(rows[0])
            before = {repr(row) for row in cursor.fetchall()}
            cursor.execute(rows[1])
            return before != {repr(row) for row in cursor.fetchall()}

    def _copy(self, source: str, target: str) -> None:
        self._run(f"DROP TABLE IF EXISTS {self._q(target)}")
        self._run(f"CREATE TABLE {self._q(target)} AS SELECT * FROM {self._q(source)}")

    @staticmethod
    def _tables() -> list[str]:
        with connection.cursor() as cursor:
            found = connection.introspection.table_names(cursor)
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%%'")
                virtual = [row[0] for row in cursor.fetchall()]
                found = [name for name in found if not any(name.startswith(prefix) for prefix in virtual)]
        return [name for name in found if not name.startswith((KEPT, BEFORE))]

    @staticmethod
    def _content_types() -> list[tuple[int, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, app_label, model FROM django_content_type ORDER BY id")
            return list(cursor.fetchall())

    @staticmethod
    def _q(name: str) -> str:
        return connection.ops.quote_name(name)

    @staticmethod
    def _run(sql: str) -> None:
        with connection.cursor() as cursor:
            for statement in sql.split(";\n") if connection.vendor == "sqlite" else [sql]:
                cursor.execute(statement)
