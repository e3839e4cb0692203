"""Every page × every role × a stranger: it answers, a GET changes nothing, another store's rows do not exist."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import ContactPolicy, Drive, ManualTask, Outcome, Posting, Touch, WeatherNotice
from customers.services import join_circle, join_household, relate
from imports.models import ImportBatch, ImportRow, ItemMapping
from referrals.models import Ambassador, EarningRule, PersonalCode
from segments.models import Need, Segment
from staff.enums import COMPANY_ROLES, Action, Role
from staff.models import Absence, AuditEntry
from tests.campaigns.factories import MessageFactory, TouchFactory
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    CustomerTagFactory,
    DeskDeviceFactory,
    FactFactory,
    GiftOrderFactory,
    InteractionFactory,
    InvitationCardFactory,
    LoanerCarFactory,
    LoanFactory,
    MemberCardFactory,
    OpportunityFactory,
    PointClaimFactory,
    PromiseFactory,
    QuoteLineFactory,
    QuotePhotoFactory,
    RedemptionFactory,
    ReferralFactory,
    RewardFactory,
    ServiceOrderFactory,
    TagFactory,
    UserFactory,
    VehicleFactory,
    VehicleWarningFactory,
    VisitPhotoFactory,
    WechatGroupFactory,
    moment,
)
from tests.walk import checksum, routes
from vehicles.enums import CarRole, OrderSource, OrderStatus
from vehicles.models import CarPerson, JourneyStep, MaintenanceRule, WarrantyCard, WorkElsewhere

pytestmark = pytest.mark.django_db

# What the one argument of a route names. A route that is not listed here fails the first test.
ARGUMENT = {
    "desk:briefing": "customer",
    "desk:timeline": "customer",
    "desk:reveal_phone": "customer",
    "desk:edit_customer": "customer",
    "desk:add_note": "customer",
    "desk:add_promise": "customer",
    "desk:record_consent": "customer",
    "desk:answer": "customer",
    "desk:still_true": "customer",
    "desk:add_appointment": "customer",
    "desk:move_appointment": "appointment",
    "desk:cancel_appointment": "appointment",
    "desk:no_show": "appointment",
    "desk:expect_again": "appointment",
    "desk:unmake_appointment": "appointment",
    "desk:dismiss_action": "customer",
    "desk:keep_promise": "promise",
    "desk:move_promise": "promise",
    "desk:give_up_promise": "promise",
    "desk:reopen_promise": "promise",
    "desk:unmake_promise": "promise",
    "desk:service_promise": "customer",
    "desk:lend_loaner": "customer",
    "desk:corner": "customer",
    "desk:retire_loaner": "loaner",
    "desk:revive_loaner": "loaner",
    "desk:loan_out": "loan",
    "desk:loan_back": "loan",
    "desk:loan_out_again": "loan",
    "desk:give_warranty": "closed_visit",
    "desk:print_warranty": "closed_visit",
    "desk:warranty_share": "closed_visit",
    "desk:warranty_unshare": "closed_visit",
    "desk:warranty_void": "warranty_card",
    "desk:warranty_restore": "warranty_card",
    "desk:undo_step": "journey_step",
    "desk:add_visit_photo": "visit",
    "desk:visit_photo": "visit_photo",
    "desk:remove_visit_photo": "visit_photo",
    "desk:bring_visit_photo_back": "visit_photo",
    "desk:undo_note": "interaction",
    "desk:end_fact": "fact",
    "desk:choose_fact": "fact",
    "desk:revive_fact": "fact",
    "desk:add_tag": "customer",
    "desk:remove_tag": "customer_tag",
    "desk:restore_tag": "customer_tag",
    "desk:rename_tag": "tag",
    "desk:merge_tag": "tag",
    "desk:customer_needs": "customer",
    "desk:decide_need": "customer",
    "desk:edit_need": "need",
    "desk:set_grade": "customer",
    "desk:set_stage": "customer",
    "desk:restore_overrides": "customer",
    "desk:retire_need": "need",
    "desk:edit_segment": "segment",
    "desk:segment_size": "segment",
    "desk:archive_segment": "segment",
    "desk:revive_segment": "segment",
    "desk:revive_need": "need",
    "desk:group": "customer",
    "desk:end_group": "group",
    "desk:revive_group": "group",
    "desk:settle": "interaction",
    "desk:edit_vehicle": "vehicle",
    "desk:warning_add": "vehicle",
    "desk:warning_clear": "warning",
    "desk:arrive": "vehicle",
    "desk:visit": "visit",
    "desk:visit_note": "visit",
    "desk:visit_lines": "visit",
    "desk:visit_close": "visit",
    "desk:visit_cancel": "visit",
    "desk:visit_reopen": "visit",
    "desk:visit_next": "visit",
    "desk:visit_introducer": "visit",
    "desk:quote_car": "vehicle",
    "desk:quote_visit": "visit",
    "desk:quote": "quote",
    "desk:print_quote": "quote",
    "desk:quote_lines": "quote",
    "desk:quote_decide": "quote",
    "desk:quote_withdraw": "quote",
    "desk:quote_restore": "quote",
    "desk:quote_share": "quote",
    "desk:statement": "customer",
    "desk:share_statement": "customer",
    "desk:unshare_statement": "customer",
    "desk:print_shared_quote": "quote",
    "desk:quote_looked": "quote",
    "desk:add_photos": "quote_line",
    "desk:quote_photo": "quote_photo",
    "desk:remove_photo": "quote_photo",
    "desk:bring_photo_back": "quote_photo",
    "desk:quote_unshare": "quote",
    "desk:quote_undecide": "quote_line",
    "desk:quote_revive": "quote_line",
    "desk:quote_teach": "quote_line",
    "desk:quote_unteach": "quote_line",
    "desk:household": "customer",
    "desk:member": "member",
    "desk:member_leave": "member",
    "desk:household_undo": "household",
    "desk:fleet": "customer",
    "desk:car_people_undo": "customer",
    "desk:car_people": "vehicle",
    "desk:car_person_end": "car_person",
    "desk:vehicle_history": "vehicle",
    "desk:work_elsewhere": "vehicle",
    "desk:undo_elsewhere": "elsewhere",
    "desk:undo_rule": "maintenance_rule",
    "desk:told_opportunity": "opportunity",
    "desk:settle_opportunity": "opportunity",
    "desk:retake_opportunity": "opportunity",
    "desk:renew": "opportunity",
    "desk:transfer": "vehicle",
    "desk:transfer_undo": "vehicle",
    "desk:move_visit": "visit",
    "desk:move_undo": "visit",
    "touches:restore_policy": "contact_policy",
    "campaigns:open_line": "touch",
    "campaigns:hold_line": "touch",
    "campaigns:close_line": "touch",
    "desk:absences": "person",
    "desk:end_absence": "absence",
    "campaigns:work": "touch",
    "campaigns:undo": "outcome",
    "campaigns:rate": "outcome",
    "campaigns:drive_people": "drive",
    "campaigns:end_drive": "drive",
    "campaigns:posted": "posting",
    "campaigns:not_posted": "posting",
    "touches:take_weather_back": "weather",
    "desk:member_cards": "customer",
    "desk:use_card": "member_card",
    "desk:take_back_use": "card_use",
    "desk:wishes": "customer",
    "desk:record_wish": "customer",
    "desk:add_task": "customer",
    "desk:take_task_back": "task",
    "imports:batch": "batch",
    "imports:columns": "batch",
    "imports:read": "batch",
    "imports:confirm": "batch",
    "imports:abandon": "batch",
    "imports:progress": "batch",
    "imports:errors": "batch",
    "imports:ask_undo": "batch",
    "imports:undo": "batch",
    "imports:decide": "import_row",
    "imports:take_back": "import_row",
    "imports:give": "import_row",
    "imports:drop": "import_row",
    "imports:unmap": "mapping",
    "touches:retry": "message",
    "touches:by_hand": "message",
    "staff:edit_person": "person",
    "staff:enable": "person",
    "staff:reset_password": "person",
    "staff:clear_pin": "person",
    "desk:leave": "person",
    "staff:take_back": "staff_change",
    "staff:revoke_desk": "desk",
    "staff:edit_store": "store",
    "referrals:customer_points": "customer",
    "referrals:wallet_sheet": "customer",
    "referrals:share_wallet": "customer",
    "referrals:unshare_wallet": "customer",
    "referrals:customer_introductions": "customer",
    "referrals:introduce": "customer",
    "referrals:ambassador": "customer",
    "referrals:appoint_ambassador": "customer",
    "referrals:thank_ambassador": "customer",
    "referrals:end_ambassador": "ambassador",
    "referrals:ambassador_card": "ambassador",
    "desk:circles": "customer",
    "desk:add_circle": "customer",
    "desk:add_relation": "customer",
    "desk:end_circle": "circle_member",
    "desk:end_relation": "relation",
    "referrals:make_code": "customer",
    "referrals:invite": "customer",
    "referrals:invitation_offer": "customer",
    "referrals:invitations": "invitation_set",
    "referrals:print_invitations": "invitation_set",
    "referrals:make_card": "invitation_set",
    "referrals:decline_invitations": "invitation_set",
    "referrals:invite_after_all": "invitation_set",
    "referrals:unmake_invitations": "invitation_set",
    "referrals:revoke_card": "invitation_card",
    "referrals:referral": "referral",
    "referrals:approve_referral": "referral",
    "referrals:refuse_referral": "referral",
    "referrals:hand_reward": "reward",
    "referrals:settle_reward": "reward",
    "referrals:end_programme": "programme",
    "referrals:change_points": "customer",
    "referrals:claim_points": "customer",
    "referrals:redeem_gift": "customer",
    "referrals:undo_points": "point_transaction",
    "referrals:earning_rule": "earning_rule",
    "referrals:approve_claim": "claim",
    "referrals:refuse_claim": "claim",
    "referrals:edit_gift": "gift",
    "referrals:hand_gift": "gift_order",
    "referrals:cancel_gift": "gift_order",
    "referrals:give_voucher": "customer",
    "referrals:edit_voucher_type": "voucher_type",
    "referrals:voucher": "voucher",
    "referrals:void_voucher": "voucher",
    "referrals:visit_vouchers": "visit",
    "referrals:undo_redemption": "redemption",
}
WITHOUT = {
    "desk:tags", "desk:tag_names",
    "desk:needs", "desk:add_need", "desk:saved_segments", "desk:add_segment",
    "login", "logout", "desk:search", "desk:cross_store", "desk:customers", "desk:reception", "desk:new_arrival",
    "desk:duplicates", "desk:enquiry", "campaigns:worklist", "imports:list", "imports:items", "imports:export",
    "staff:people", "staff:add_person", "staff:share_desk", "desk:audit",
    "desk:people_like",
    "imports:conflicts", "imports:ownerless",
}  # fmt: skip
WITHOUT |= {"touches:templates", "touches:template", "touches:try_template", "touches:restore_template"}
WITHOUT |= {f"touches:{name}" for name in ("outbox", "stop", "resume", "wake", "allow", "pause", "go_on")}
# Everybody's own door, the auditor's too; tests/staff walks them.
OWN = {"staff:switch", "staff:lock", "staff:confirm", "staff:password", "staff:pin", "staff:drop_pin"}
WITHOUT |= OWN
WITHOUT |= {
    "desk:completeness",
    "desk:segment_policy",
    "desk:estimates",
    "desk:segments",
    "desk:segment_moves",
    "desk:collection_policy",
}
WITHOUT |= {"campaigns:drive", "campaigns:start_drive", "campaigns:drive_bar"}
WITHOUT |= {"campaigns:coach", "campaigns:coach_lines", "campaigns:without_next"}
WITHOUT |= {"desk:appointments", "desk:new_appointment"}
WITHOUT |= {"campaigns:postings"}
WITHOUT |= {
    "touches:calendar", "touches:calendar_day", "touches:days_off", "touches:write_day_off", "touches:remove_day_off",
    "touches:enter_notice", "touches:forget_notice", "touches:weather",
}  # fmt: skip
WITHOUT |= {"touches:calendar_people", "touches:store_day"}
WITHOUT |= {"desk:cards", "desk:study_card", "desk:unstudy_card"}
WITHOUT |= {"desk:public_pages", "desk:honesty", "desk:honesty_lines"}
WITHOUT |= {"desk:treatments", "desk:treatment", "desk:overrides"}
WITHOUT |= {"desk:maintenance", "desk:maintenance_rule", "desk:opportunities", "desk:opportunity_figures"}
WITHOUT |= {"referrals:ambassadors", "desk:who_knows", "desk:sources", "desk:source_people", "referrals:add_cost"}
WITHOUT |= {"referrals:introductions", "referrals:programmes", "referrals:add_programme"}
WITHOUT |= {"referrals:points", "referrals:policy", "referrals:gifts", "referrals:add_gift"}
WITHOUT |= {"referrals:vouchers", "referrals:add_voucher_type"}
WITHOUT |= {"desk:comebacks", "desk:comeback_cars", "desk:journey", "desk:journey_step"}
WITHOUT |= {"desk:loaners", "desk:add_loaner", "desk:kept", "desk:kept_rows"}
WITHOUT |= {"touches:plan", "touches:plan_day", "touches:policy"}
# For machines: no login, no page; tests/desk/test_health.py walks them.
PROBES = {"livez", "readyz"}
# Providers post there with a secret in the address; tests/campaigns/test_receipts.py walks it.
MACHINES = {("receipts", 3)}
# For customers, opened by a secret in the address; tests/desk/test_shared_quote.py, test_visit_journey.py and
# tests/referrals/test_wallet.py walk them.
PUBLIC = {
    ("desk:shared_quote", 1),
    ("desk:decide_shared_quote", 1),
    ("desk:shared_photo", 2),
    ("desk:shared_statement", 1),
    ("desk:shared_warranty", 1),
    ("referrals:wallet", 1),
    ("referrals:stop_from_wallet", 1),
    ("referrals:shared_card", 1),
    # tests/referrals/test_invitation_pages.py walks these.
    ("referrals:own_invitations", 1),
    ("referrals:own_make_card", 1),
    ("referrals:own_card_back", 2),
    ("referrals:invitation", 1),
    ("referrals:answer_invitation", 1),
    ("referrals:poster", 1),
}
# The company's own words and rules: every store has them.
COMPANYS = (
    "tag",
    "need",
    "segment",
    "contact_policy",
    "maintenance_rule",
    "earning_rule",
    "voucher_type",
    "journey_step",
)
# Reading a number on one's own due call is written down: the audit trail may grow by looking, nothing else may.
CAME = {"join": "all", "items": [{"field": "visits", "op": "least", "value": 1}]}
GROWS_BY_LOOKING = ["staff.AuditEntry"]


def rows_of(store):
    """One of everything a route can name, in `store`."""
    customer = CustomerFactory(store=store)
    vehicle = VehicleFactory(owner=customer)
    caller = UserFactory(role=Role.CARE, store=store)
    touch = TouchFactory(customer=customer, store=store, assignee=caller, listed_on=TODAY)
    batch = ImportBatch.objects.create(
        store=store, file_name="客户.xlsx", file_hash="0" * 64, kind="customers",
        mapping={"header_row": 1, "headers": [], "columns": {}},
    )  # fmt: skip
    done = TouchFactory(customer=customer, store=store, assignee=caller, listed_on=TODAY)
    return {
        "customer": customer.pk,
        "vehicle": vehicle.pk,
        "fact": FactFactory(customer=customer).pk,
        "customer_tag": CustomerTagFactory(customer=customer).pk,
        "tag": TagFactory().pk,
        "need": Need.objects.first().pk,
        "segment": Segment.objects.get_or_create(name="老客户", defaults={"conditions": CAME})[0].pk,
        "group": WechatGroupFactory(customer=customer, staff=[caller]).pk,
        "promise": PromiseFactory(customer=customer).pk,
        **loan_of(customer, store),
        **journey_of(customer, vehicle, caller),
        "interaction": InteractionFactory(customer=customer, mood="unhappy").pk,
        "warning": VehicleWarningFactory(vehicle=vehicle).pk,
        **due_of(vehicle, caller),
        "opportunity": OpportunityFactory(customer=customer, vehicle=vehicle, kind="insurance", items="").pk,
        **circle_of(customer, vehicle, store),
        "visit": ServiceOrderFactory(
            customer=customer, vehicle=vehicle, status=OrderStatus.OPEN, source=OrderSource.DESK, paid_fen=None
        ).pk,
        "touch": touch.pk,
        **by_hand_of(customer, caller, store),
        **quote_of(vehicle, customer, store),
        "member_card": (card := MemberCardFactory(customer=customer)).pk,
        "card_use": card.uses.create(times=1, key=uuid.uuid4(), by=caller).pk,
        **points_of(customer),
        **referral_of(customer, store),
        **circles_of(customer, caller, store),
        "appointment": AppointmentFactory(customer=customer, vehicle=vehicle, store=store, made_by=caller).pk,
        "message": MessageFactory(touch__customer=customer).pk,
        "contact_policy": ContactPolicy.objects.current().pk,
        "outcome": Outcome.objects.create(touch=done, result="reached", by=caller).pk,
        "batch": batch.pk,
        "mapping": ItemMapping.objects.create(store=store, before={}).pk,
        "person": caller.pk,
        "absence": Absence.objects.create(person=caller, first_on=TODAY, last_on=TODAY, noted_by=caller).pk,
        "staff_change": AuditEntry.objects.record(by=caller, action=Action.CHANGE_STAFF, subject=caller).pk,
        "desk": DeskDeviceFactory(store=store).pk,
        "store": store.pk,
        "import_row": ImportRow.objects.create(batch=batch, number=5, verdict="conflict", reason="vin_differs").pk,
    }


def loan_of(customer, store):
    """A loaner car that is kept for somebody."""
    loan = LoanFactory(car=LoanerCarFactory(store=store), promise__customer=customer)
    return {"loaner": loan.car_id, "loan": loan.pk}


def journey_of(customer, vehicle, caller):
    """A visit that is over, with a warranty card, and a step that comes after its work."""
    visit = ServiceOrderFactory(customer=customer, vehicle=vehicle, opened_on=TODAY - timedelta(days=9))
    until = {"starts_on": visit.closed_on, "until_on": TODAY, "terms": "免费重做", "made_by": caller}
    step = {"job": "film", "days": 90, "version": 1}
    row, _ = JourneyStep.objects.get_or_create(**step, defaults={"words": "看看膜", "created_by": caller})
    return {
        "closed_visit": visit.pk,
        "warranty_card": WarrantyCard.objects.create(order=visit, place=1, what="贴膜", **until).pk,
        "journey_step": row.pk,
        "visit_photo": VisitPhotoFactory(order=visit, added_by=caller).pk,
    }


def quote_of(vehicle, customer, store):
    """A quote with one line and a photo of it."""
    line = QuoteLineFactory(quote__vehicle=vehicle, quote__customer=customer, quote__store=store)
    photo = QuotePhotoFactory(line=line)
    return {"quote": line.quote_id, "quote_line": line.pk, "quote_photo": photo.pk}


def points_of(customer):
    """A claim, a gift that waits, and what it cost."""
    order = GiftOrderFactory(customer=customer)
    use = RedemptionFactory(voucher__customer=customer)
    rule, _ = EarningRule.objects.get_or_create(kind="event_help", defaults={"points": 50})
    return {
        "point_transaction": order.transaction_id,
        "earning_rule": rule.pk,
        "claim": PointClaimFactory(customer=customer).pk,
        "gift": order.gift_id,
        "gift_order": order.pk,
        "voucher_type": use.voucher.type_id,
        "voucher": use.voucher_id,
        "redemption": use.pk,
    }


def referral_of(customer, store):
    """A friend they brought, and the thanks that wait."""
    reward = RewardFactory(referral=ReferralFactory(introducer=customer, store=store))
    card = InvitationCardFactory(set__customer=customer)
    return {
        "referral": reward.referral_id,
        "reward": reward.pk,
        "programme": reward.referral.programme_id,
        "invitation_card": card.pk,
        "invitation_set": card.set_id,
    }


def circles_of(customer, caller, store):
    """A circle they are in, somebody they know, and their role as ambassador."""
    said = {"how": "desk", "by": caller, "now": moment(TODAY)}
    role = {"since": TODAY, "text_version": "2026-11", "how": "desk", "agreed_at": moment(TODAY)}
    PersonalCode.objects.create(customer=customer, code=f"C{customer.pk}")
    return {
        "circle_member": join_circle(customer, name="汽车商会", kind="association", **said).pk,
        "relation": relate(customer, to=CustomerFactory(store=store), kind="friend", **said).pk,
        "ambassador": Ambassador.objects.create(customer=customer, store=store, **role).pk,
    }


def by_hand_of(customer, caller, store):
    """A post, a notice of the weather, a drive and a task."""
    post = {"occasion": "festival", "cycle": "chunjie:2027", "kind": "group", "title": "春节", "text": "恭贺新春"}
    facts = {"kind": "暴雨", "text": "车停高处", "by": caller}
    weather, _ = WeatherNotice.objects.get_or_create(store=store, day=TODAY, defaults=facts)
    days = {"first_on": TODAY, "last_on": TODAY, "started_by": caller}
    drive, _ = Drive.objects.get_or_create(store=store, ended_at=None, defaults=days)
    task = ManualTask.objects.create(customer=customer, store=store, reason="送回行驶证", due_on=TODAY, made_by=caller)
    return {
        "posting": Posting.objects.create(store=store, author=caller, due_on=TODAY, **post).pk,
        "weather": weather.pk,
        "drive": drive.pk,
        "task": task.pk,
    }


def due_of(vehicle, caller):
    """Work that was done elsewhere, and a rule of the shop."""
    told = {"item": "engine_oil", "done_on": TODAY, "place": "tuhu", "recorded_by": caller}
    rules = MaintenanceRule.objects
    rule = rules.first() or rules.create(item="engine_oil", version=1, km=7_500, months=6)
    return {"elsewhere": WorkElsewhere.objects.create(vehicle=vehicle, **told).pk, "maintenance_rule": rule.pk}


def circle_of(customer, vehicle, store):
    """A family of two, the other of whom drives the car."""
    driver = CustomerFactory(store=store)
    member = join_household(driver, of=customer, by=None, now=moment(TODAY), relation="太太")
    role = CarPerson.objects.create(vehicle=vehicle, customer=driver, role=CarRole.DRIVER, valid_from=TODAY)
    return {"member": member.pk, "household": member.household_id, "car_person": role.pk}


def addresses(rows) -> list[str]:
    """A URL for every route with an argument, filled with `rows`."""
    return [reverse(name, args=[rows[kind]]) for name, kind in ARGUMENT.items()]


def user_of(role, store):
    return UserFactory(role=role, store=None if role in COMPANY_ROLES else store)


def test_every_route_is_walked():
    known = {(name, 1) for name in ARGUMENT} | {(name, 0) for name in WITHOUT | PROBES} | MACHINES | PUBLIC

    assert set(routes()) == known


@pytest.mark.parametrize("role", Role.values)
def test_another_stores_rows_do_not_exist_and_nothing_changes(role, store, other_store, login):
    """Roles of one store ask for the other store's rows; company roles, who see every store, for rows that are not."""
    foreign = rows_of(other_store)
    for vocabulary in COMPANYS:
        foreign[vocabulary] += 10_000
    if role in COMPANY_ROLES:
        foreign = {kind: uuid.uuid4() if isinstance(pk, uuid.UUID) else pk + 10_000 for kind, pk in foreign.items()}
    client = login(user_of(role, store))
    before = checksum()

    answers = {
        (method, url): getattr(client, method)(url).status_code
        for url in addresses(foreign)
        for method in ("get", "post")
    }

    # 405: the route does not know the method at all, whoever asks and whatever they ask for.
    assert {key: status for key, status in answers.items() if status not in (404, 405)} == {}
    assert checksum() == before


@pytest.mark.parametrize("role", Role.values)
def test_looking_changes_nothing(role, store, login):
    rows = rows_of(store)
    client = login(user_of(role, store))
    before = checksum(without=GROWS_BY_LOOKING)

    urls = [*addresses(rows), *(reverse(name) for name in WITHOUT - {"logout"})]
    answers = {url: client.get(url).status_code for url in urls}

    assert {url: status for url, status in answers.items() if status >= 500} == {}
    assert checksum(without=GROWS_BY_LOOKING) == before


def test_the_auditor_changes_nothing_by_posting(store, login):
    rows = rows_of(store)
    client = login(user_of(Role.AUDITOR, store))
    before = checksum()

    urls = [*addresses(rows), *(reverse(name) for name in WITHOUT - OWN - {"login", "logout"})]
    answers = {url: client.post(url).status_code for url in urls}

    assert {url: status for url, status in answers.items() if status not in (403, 404, 405)} == {}
    assert checksum() == before


def test_a_stranger_without_a_login_sees_only_the_door(store, client):
    rows = rows_of(store)
    before = checksum()

    urls = [*addresses(rows), *(reverse(name) for name in WITHOUT - {"login", "logout"})]
    answers = [client.generic(method, url) for url in urls for method in ("GET", "POST")]

    assert {answer["Location"].split("?")[0] for answer in answers} == {reverse("login")}
    assert checksum() == before


def test_a_disabled_person_is_a_stranger(store, client, front_desk):
    rows = rows_of(store)
    client.force_login(front_desk, backend="staff.backends.Backend")
    front_desk.is_active = False
    front_desk.save()

    answer = client.get(reverse("desk:briefing", args=[rows["customer"]]))

    assert answer["Location"].split("?")[0] == reverse("login")


@pytest.mark.parametrize("role", Role.values)
def test_no_page_leaks_english_or_leaves_its_type_to_guessing(role, store, login):
    rows = rows_of(store)
    client = login(user_of(role, store))

    pages = [client.get(url) for url in [*addresses(rows), reverse("desk:reception"), reverse("desk:customers")]]

    texts = [page.content.decode() for page in pages if page["Content-Type"].startswith("text/html")]
    english = ("This field", "Not Found", "Server Error", "Submit", "None</", ">None<", "Traceback", "Page not found")
    assert [word for text in texts for word in english if word in text] == []
    assert all(page["Cache-Control"] for page in pages if page.status_code == 200)
    assert all("default-src 'self'" in page["Content-Security-Policy"] for page in pages)
    assert Touch.objects.exists()
