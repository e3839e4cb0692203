from django.apps import AppConfig
from django.core.checks import register


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "触达"

    def ready(self):
        from .checks import channels_are_known

        register(channels_are_known)
