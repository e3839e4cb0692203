"""`manage.py probe_public`: do customers' phones get through to us, as far as we can see from here."""

from django.core.management.base import BaseCommand, CommandError

from core.reachable import probe_public


class Command(BaseCommand):
    help = "从 PUBLIC_BASE_URL 敲一次自己的门，看客户的手机打不打得开"

    def handle(self, **options):
        state = probe_public()
        if state.problem:
            raise CommandError(f"{state.base or 'PUBLIC_BASE_URL'}：{state.problem.label}")
        self.stdout.write(f"{state.base}：打得开")
