"""Indexes behind the search box: names by any part, spelling by its start, numbers by their tail."""

from django.db import migrations

from core.postgres import CREATE_GRAMS, DROP_GRAMS, indexes_on_postgresql, only_on_postgresql

# A short pending list: what was just imported must not slow the next search down.
GIN = "WITH (gin_pending_list_limit = 256)"


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_references")]

    operations = [
        only_on_postgresql(forwards=[CREATE_GRAMS], backwards=[DROP_GRAMS]),
        indexes_on_postgresql(
            {
                "customer_name_grams": f"customers_customer USING gin (shop_grams(name)) {GIN}",
                "customer_name_start": 'customers_customer ((lower(name)) COLLATE "C")',
                "customer_pinyin_start": 'customers_customer ((lower(pinyin)) COLLATE "C")',
                "customer_initials_start": 'customers_customer ((lower(initials)) COLLATE "C")',
                "contactpoint_key_end": (
                    'customers_contactpoint ((reverse(lower(key))) COLLATE "C") WHERE ended_at IS NULL'
                ),
            }
        ),
    ]
