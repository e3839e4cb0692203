"""How the plans of the cells of the grade are chosen."""

from django.db import models

from ..rules.treatments import SHIPPED, Plan


class TreatmentQuerySet(models.QuerySet):
    def of_cell(self, cell: str):
        """The versions of one cell, the newest first."""
        return self.filter(letter=cell[0], digit=int(cell[1])).order_by("-version")

    def plans(self) -> dict[str, Plan]:
        """The plan in force of every cell; one statement."""
        newer = self.model.objects.filter(
            letter=models.OuterRef("letter"), digit=models.OuterRef("digit"), version__gt=models.OuterRef("version")
        )
        rows = self.filter(~models.Exists(newer))
        return {**SHIPPED, **{row.cell: row.plan for row in rows}}

    def plan(self, cell: str) -> Plan:
        """The plan in force of one cell."""
        row = self.of_cell(cell).first()
        return row.plan if row else SHIPPED[cell]
