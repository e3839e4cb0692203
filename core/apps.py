from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.backends.sqlite3 import base as sqlite
from django.db.models import Field, ForeignKey
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"

    def ready(self):
        from .append_only import install_triggers
        from .lookups import Among
        from .moments import read_moments_quickly

        for kind in (Field, ForeignKey):  # a foreign key does not take on what fields learn
            kind.register_lookup(Among)
        # Rows are read to the end before the first is given out. While a statement still reads, SQLite refuses to write
        # as soon as anybody else has written: a night would fail whenever beat ticks.
        sqlite.DatabaseFeatures.can_use_chunked_reads = False
        connection_created.connect(read_moments_quickly, dispatch_uid="core.moments")
        # After every migrate: on SQLite a later table rebuild silently drops triggers.
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="core.append_only")
