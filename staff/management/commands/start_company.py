"""`manage.py start_company`: the first store and its owner, in an empty database."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from staff.errors import AlreadyStarted
from staff.models import Store, User
from staff.services import start_company

QUESTIONS = {
    "store": "第一家门店叫什么",
    "code": "门店编号（字母数字，例如 s1）",
    "name": "老板姓名",
    "username": "老板的登录账号（字母数字）",
}


class Command(BaseCommand):
    help = "给一家真实的公司建第一家门店和老板账号，打印一次性的初始密码。已经有门店或员工时什么都不做。"

    def add_arguments(self, parser):
        for name, question in QUESTIONS.items():
            parser.add_argument(f"--{name}", default="s1" if name == "code" else None, help=question)
        parser.add_argument("--no-input", action="store_false", dest="ask", help="缺什么就报错，不在屏幕上问")

    def handle(self, *, ask, **options):
        facts = {name: options[name] or (self._ask(question) if ask else "") for name, question in QUESTIONS.items()}
        missing = [f"--{name}" for name, value in facts.items() if not value]
        if missing:
            raise CommandError(f"还缺：{' '.join(missing)}")
        try:
            owner, password = self._start(facts)
        except AlreadyStarted as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(words_of(refusal)) from refusal
        self.stdout.write(f"门店“{facts['store']}”和老板账号已建好。")
        self.stdout.write(f"  账号 {owner.username}\n  初始密码 {password}（只显示这一次，首次登录时会要求改掉）")

    def _ask(self, question: str) -> str:
        return input(f"{question}：").strip()

    @transaction.atomic
    def _start(self, facts: dict):
        store = {"name": facts["store"], "code": facts["code"]}
        Store(**store).clean_fields()
        User(username=facts["username"], display_name=facts["name"]).clean_fields(exclude=["password", "store"])
        return start_company(store=store, username=facts["username"], display_name=facts["name"])


def words_of(refusal: ValidationError) -> str:
    return "；".join(f"{field}：{'，'.join(words)}" for field, words in refusal.message_dict.items())
