"""The search box on SQLite: names and spellings from their start, numbers by their last four digits.

What is looked for in the middle of a name is still read from end to end, but along narrow rows: an index holds all that
is asked (on SQLite also the column of its own condition).
"""

from django.db import migrations

from core.vendors import indexes_on

LIVE = "WHERE ended_at IS NULL"
INDEXES = {
    "customer_name_narrow": f"customers_customer (name COLLATE NOCASE, ended_at) {LIVE}",
    "customer_initials_start": f"customers_customer (initials COLLATE NOCASE) {LIVE}",
    "customer_pinyin_start": f"customers_customer (pinyin COLLATE NOCASE) {LIVE}",
    "contactpoint_key_tail": f"customers_contactpoint (substr(\"key\", -4)) {LIVE} AND kind = 'phone'",
}


class Migration(migrations.Migration):
    dependencies = [("customers", "0018_grams_by_loop")]

    operations = [indexes_on("sqlite", INDEXES)]
