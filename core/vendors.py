"""Migration steps for one kind of database: on the other they do nothing, both ways."""

from django.db import migrations


def only_on(vendor: str, *, forwards: list[str], backwards: list[str]) -> migrations.RunPython:
    """A step that runs plain statements on "postgresql" or "sqlite" only."""

    def runner(statements: list[str]):
        def run(apps, schema_editor):
            if schema_editor.connection.vendor == vendor:
                for statement in statements:
                    schema_editor.execute(statement)

        return run

    return migrations.RunPython(runner(forwards), runner(backwards))


def indexes_on(vendor: str, indexes: dict[str, str]) -> migrations.RunPython:
    """A step that makes `{name: "table (columns)"}` indexes, and drops them on the way back.

    SQLite forgets those when a later step makes their table anew (another column with a constraint does): a test asks
    for their plans.
    """
    return only_on(
        vendor,
        forwards=[f"CREATE INDEX {name} ON {place}" for name, place in indexes.items()],
        backwards=[f"DROP INDEX IF EXISTS {name}" for name in indexes],
    )
