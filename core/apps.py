from django.apps import AppConfig
from django.db.models import Field, ForeignKey
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"

    def ready(self):
        from .append_only import install_triggers
        from .lookups import Among

        for kind in (Field, ForeignKey):  # a foreign key does not take on what fields learn
            kind.register_lookup(Among)
        # After every migrate: on SQLite a later table rebuild silently drops triggers.
        post_migrate.connect(install_triggers, sender=self, dispatch_uid="core.append_only")
