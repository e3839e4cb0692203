"""The search box on SQLite: plates and VINs by their last four characters, pieces of plates along narrow rows."""

from django.db import migrations

from core.vendors import indexes_on

INDEXES = {
    "vehicleplate_plate_narrow": "vehicles_vehicleplate (plate, vehicle_id)",
    "vehicleplate_plate_tail": "vehicles_vehicleplate (substr(plate, -4))",
    "vehicle_vin_tail": "vehicles_vehicle (substr(vin, -4)) WHERE vin <> ''",
}


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0023_warranty_opportunity")]

    operations = [indexes_on("sqlite", INDEXES)]
