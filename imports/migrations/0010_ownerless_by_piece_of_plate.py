"""The search box finds 无主记录 by any piece of their plate."""

from django.db import migrations

from core.postgres import indexes_on_postgresql

OPEN = "WHERE reason = 'no_customer' AND settled_at IS NULL AND NOT (plate = '')"


class Migration(migrations.Migration):
    dependencies = [("imports", "0009_item_mappings"), ("customers", "0003_search")]

    operations = [
        indexes_on_postgresql({"importrow_ownerless_grams": f"imports_importrow USING gin (shop_grams(plate)) {OPEN}"}),
    ]
