"""How the database answers a statement."""

from django.db import connection


def plan_of(statement: str) -> str:
    """Its plan where tables are large: PostgreSQL reads those of a test from end to end, and is told not to."""
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{explain} {statement}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
