"""manage.py wecom_friends: which of the customers on file are friends of an employee in WeCom."""

from django.core.management.base import BaseCommand, CommandError

from campaigns.channels import channels_in_use
from campaigns.errors import CampaignError
from campaigns.services import befriend


class Command(BaseCommand):
    help = "按员工备注的手机号，对上哪些客户是企业微信好友；再跑一次什么也不变"

    def handle(self, *args, **options):
        if not any(channel.name == "wecom" for channel in channels_in_use()):
            raise CommandError("MESSAGE_CHANNELS 里没有 wecom")
        try:
            counts = befriend()
        except CampaignError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"新对上 {counts['friends']} 位")
