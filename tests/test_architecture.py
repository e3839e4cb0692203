"""The shape of the house, kept by machine: import line, layers, pure rules, sizes, append-only tables."""

import ast
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core.append_only import append_only_models, install_triggers, remove_triggers
from tests.factories import (
    CustomerFactory,
    MemberCardFactory,
    PointEntryFactory,
    ProgrammeFactory,
    RedemptionFactory,
    ReferralFactory,
    StoreFactory,
    UserFactory,
)

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["core", "staff", "customers", "vehicles", "referrals", "segments", "campaigns", "imports", "desk", "shopcrm"]
LAYERS = [
    ["enums", "errors"],
    ["rules", "querysets"],
    ["models"],
    ["services", "resources"],
    ["forms", "tasks"],
    ["views", "admin"],
    ["urls"],
]
MAX_FILE, MAX_FUNCTION = 400, 40


def modules():
    """(package, path relative to the root) of every module of the product, migrations left out."""
    for package in ORDER:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield package, path.relative_to(ROOT)


def imports_of(path: Path):
    """Absolute dotted names a module imports, with relative imports resolved."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = path.parent.parts[: len(path.parent.parts) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])
            if node.level and not node.module:
                yield from (".".join([*base, alias.name]) for alias in node.names)


def layer_of(dotted: str) -> int | None:
    """The layer of `app.module…` inside its app; None for a module that belongs to no layer."""
    parts = dotted.split(".")
    if len(parts) < 2:
        return None
    return next((n for n, names in enumerate(LAYERS) if parts[1] in names), None)


def test_apps_import_only_leftwards():
    wrong = [
        f"{path} imports {imported}"
        for package, path in modules()
        for imported in imports_of(path)
        if (other := imported.split(".")[0]) in ORDER and ORDER.index(other) > ORDER.index(package)
    ]

    assert wrong == []


def test_inside_an_app_modules_import_only_lower_layers():
    wrong = []
    for package, path in modules():
        own = layer_of(".".join(path.with_suffix("").parts))
        for imported in imports_of(path):
            other = layer_of(imported)
            if imported.split(".")[0] == package and None not in (own, other) and other > own:
                wrong.append(f"{path} imports {imported}")

    # A queryset may name its sibling models inside a method: the class is only known once models are loaded.
    assert [line for line in wrong if not ("querysets" in line and line.endswith("models"))] == []


def test_nothing_imports_another_apps_pages():
    wrong = [
        f"{path} imports {imported}"
        for package, path in modules()
        for imported in imports_of(path)
        if package != "shopcrm"  # wiring pages to addresses is what it is for
        and imported.split(".")[0] in set(ORDER) - {package}
        and imported.split(".")[1:2] in (["views"], ["urls"], ["admin"])
    ]

    assert wrong == []


def test_rules_are_pure():
    forbidden = ("django.db", "django.conf", "django.utils.timezone", "time", "random")
    wrong = [
        f"{path} imports {imported}"
        for _, path in modules()
        if "rules" in path.with_suffix("").parts
        for imported in imports_of(path)
        if imported.startswith(forbidden) or ".models" in imported
    ]

    assert wrong == []


def test_no_module_has_a_clock_of_its_own():
    wrong = [
        str(path)
        for _, path in modules()
        if any(word in (ROOT / path).read_text() for word in ("date.today()", "datetime.now()", ".utcnow()"))
    ]

    assert wrong == []


def test_celery_is_never_asked_to_remember_a_time():
    wrong = [str(p) for _, p in modules() if any(w in (ROOT / p).read_text() for w in ("eta=", "countdown="))]

    assert wrong == []


def test_no_foreign_key_carries_an_index_beside_one_that_begins_with_it():
    """Each index is written with every row; the first column of a wider one finds as well."""
    doubled = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.db_index and not field.unique and field.name in led_by(model._meta)
    ]

    assert doubled == []


def our_models():
    return [model for model in apps.get_models() if model.__module__.partition(".")[0] in ORDER]


def led_by(options) -> set[str]:
    """The first columns of the indexes that hold every row."""
    whole = [
        one.fields
        for one in (*options.indexes, *options.total_unique_constraints)
        if not getattr(one, "condition", None)
    ]
    return {fields[0].removeprefix("-") for fields in whole if fields}


def test_files_and_functions_stay_small():
    wrong = []
    for _, path in modules():
        text = (ROOT / path).read_text()
        lines = sum(1 for line in text.splitlines() if line.strip())
        if lines > MAX_FILE:
            wrong.append(f"{path}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = node.end_lineno - node.lineno + 1
                if size > MAX_FUNCTION:
                    wrong.append(f"{path}:{node.lineno} {node.name}: {size} lines")

    assert wrong == []


def test_no_signals_between_our_apps():
    wrong = [
        str(path)
        for package, path in modules()
        if package != "core" and any("django.db.models.signals" in name for name in imports_of(path))
    ]

    assert wrong == []


# What is in there, or one row of it.
APPEND_ONLY = {
    "campaigns.ContactPolicy": lambda policies: policies.current(),
    "campaigns.MessageTemplate": lambda texts: texts.create(
        occasion="birthday", channel="message", style="friend", version=1, by=UserFactory()
    ),
    "customers.CardUse": lambda uses: uses.create(card=MemberCardFactory(), times=1, key=uuid4(), by=UserFactory()),
    "referrals.RewardTerm": lambda rows: rows.create(
        programme=ProgrammeFactory(), side="referrer", form="points", points=200
    ),
    "referrals.Thanks": lambda rows: rows.create(
        customer=CustomerFactory(), way="given", kind="letter", on="2026-11-01", by=UserFactory()
    ),
    "referrals.SourceCost": lambda rows: rows.create(
        source="抖音", store=StoreFactory(), month="2026-11-01", fen=10_000, by=UserFactory()
    ),
    "referrals.ReferralMove": lambda rows: rows.create(referral=ReferralFactory(), state="held"),
    "referrals.PointPolicy": lambda policies: policies.create(version=1, from_on="2026-11-01"),
    "referrals.PointTransaction": lambda rows: PointEntryFactory().transaction,
    "referrals.PointEntry": lambda rows: PointEntryFactory(),
    "referrals.VoucherRedemption": lambda rows: RedemptionFactory(),
    "referrals.VoucherRollback": lambda rows: rows.create(redemption=RedemptionFactory(), why="slip"),
    "vehicles.MaintenanceRule": lambda rules: rules.create(item="engine_oil", version=1, km=7_500, months=6),
    "segments.SegmentPolicy": lambda policies: policies.current(),
    "segments.Treatment": lambda plans: plans.create(
        letter="A", digit=1, version=1, company="老板过问", staff="马上打电话", minutes=9, fen=0
    ),
    "staff.AuditEntry": lambda entries: entries.record(by=None, action="import"),
}


def test_the_list_of_append_only_tables_is_complete():
    assert {model._meta.label for model in append_only_models()} == APPEND_ONLY.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(APPEND_ONLY))
@pytest.mark.parametrize("statement", ['UPDATE "{table}" SET id = id', 'DELETE FROM "{table}"'])
def test_the_database_refuses_to_change_an_append_only_row(label, statement):
    model = apps.get_model(label)
    APPEND_ONLY[label](model.objects)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=model._meta.db_table))

    assert model.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_migrating_puts_lost_triggers_back():
    remove_triggers()

    install_triggers()

    model = apps.get_model("staff.AuditEntry")
    model.objects.record(by=None, action="import")
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all().delete()


RULE_ID = re.compile(r"\bG(?:1[0-5]|[1-9])\b", re.ASCII)
DESCRIBED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def strings_of(path: Path):
    """Every string of a module that is no docstring."""
    nodes = list(ast.walk(ast.parse((ROOT / path).read_text())))
    docs = {id(node.body[0].value) for node in nodes if isinstance(node, DESCRIBED) and is_described(node)}
    yield from (node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docs)


def is_described(node) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


def test_no_text_of_a_screen_names_a_rule_by_its_id():
    """A clerk knows no G2: the reason is said. Comments and docstrings may."""
    said = {str(path): [text for text in strings_of(path) if isinstance(text, str)] for _, path in modules()}
    for page in (ROOT / "templates").rglob("*.*"):
        said[str(page.relative_to(ROOT))] = [re.sub(r"{#.*?#}", "", page.read_text())]

    assert [path for path, texts in said.items() if any(map(RULE_ID.search, texts))] == []


def test_templates_carry_no_inline_style_or_script():
    inline = re.compile(r"\sstyle=\"|<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son(click|change|submit|load|input)=")
    wrong = [str(p.relative_to(ROOT)) for p in (ROOT / "templates").rglob("*.html") if inline.search(p.read_text())]

    assert wrong == []
