"""Indexes behind the search box: plates by any part, by start and by end, VINs by their tail."""

from django.db import migrations

from core.postgres import indexes_on_postgresql

GIN = "WITH (gin_pending_list_limit = 256)"


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0001_tables"), ("customers", "0003_search")]

    operations = [
        indexes_on_postgresql(
            {
                "vehicleplate_plate_grams": f"vehicles_vehicleplate USING gin (shop_grams(plate)) {GIN}",
                "vehicleplate_plate_start": 'vehicles_vehicleplate ((lower(plate)) COLLATE "C")',
                "vehicleplate_plate_end": 'vehicles_vehicleplate ((reverse(lower(plate))) COLLATE "C")',
                "vehicle_vin_end": "vehicles_vehicle ((reverse(lower(vin))) COLLATE \"C\") WHERE vin <> ''",
            }
        ),
    ]
