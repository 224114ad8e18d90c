"""Money: financial lines, contract awards and grants, each belonging to a recommendation (form.md 1)."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, F, Q

from decisions import form
from decisions.models.paper import Recommendation

#: Pounds and pence up to £999,999,999,999.99, exact.
MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "null": True, "blank": True}
#: Amounts by financial year, in order; amounts are decimal strings, as in a snapshot.
PROFILE: dict[str, Any] = {
    "default": list,
    "blank": True,
    "help_text": 'Amounts by year: [{"year": 2027, "amount": "225000.00"}]',
}


class FinancialLine(models.Model):
    """One amount asked for: what it is, how sure it is, for which years, out of which budget."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="financial_lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=form.LINE_KINDS)
    certainty = models.CharField(max_length=20, choices=form.CERTAINTY, default="exact")
    amount = models.DecimalField(**MONEY)
    amount_to = models.DecimalField(**MONEY)
    vat = models.CharField(max_length=20, choices=form.VAT, default="not_stated")
    recurrence = models.CharField(max_length=20, choices=form.RECURRENCE, default="one_off")
    year_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="2027 for 2027/28")
    year_to = models.PositiveSmallIntegerField(null=True, blank=True)
    funding_source = models.CharField(max_length=200, blank=True)
    approved_before = models.DecimalField(**MONEY)
    note = models.CharField(max_length=200, blank=True)
    profile = models.JSONField(**PROFILE)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recommendation", "position"],
                deferrable=Deferrable.DEFERRED,
                name="financial_lines_stand_one_after_another",
            ),
            models.CheckConstraint(
                condition=Q(certainty="withheld", amount__isnull=True, amount_to__isnull=True)
                | Q(certainty="range", amount__isnull=False, amount_to__gte=F("amount"))
                | (~Q(certainty__in=["withheld", "range"]) & Q(amount__isnull=False, amount_to__isnull=True)),
                name="a_financial_line_has_the_amounts_of_its_certainty",
            ),
            models.CheckConstraint(
                condition=~Q(certainty="withheld") | Q(profile=[]), name="a_withheld_line_has_no_parts"
            ),
        ]

    def __str__(self) -> str:
        return f"financial line {self.position}"


class ContractAward(models.Model):
    """One contract: what is done with whom, up to which value, by which route to market."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="contract_awards")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=20, choices=form.CONTRACT_ACTIONS)
    subject = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    suppliers_withheld = models.BooleanField(default=False)
    certainty = models.CharField(max_length=20, choices=form.CONTRACT_CERTAINTY, default="up_to")
    value = models.DecimalField(**MONEY)
    vat = models.CharField(max_length=20, choices=form.VAT, default="not_stated")
    initial_months = models.PositiveSmallIntegerField(null=True, blank=True)
    extension_options = models.CharField(max_length=200, blank=True)
    longest_months = models.PositiveSmallIntegerField(null=True, blank=True)
    break_points = models.CharField(max_length=200, blank=True)
    route_to_market = models.CharField(max_length=30, choices=form.ROUTES_TO_MARKET, blank=True)
    framework = models.CharField(max_length=200, blank=True)
    notices = ArrayField(models.URLField(), default=list, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recommendation", "position"],
                deferrable=Deferrable.DEFERRED,
                name="contract_awards_stand_one_after_another",
            ),
            models.CheckConstraint(
                condition=Q(certainty="withheld", value__isnull=True)
                | (~Q(certainty="withheld") & Q(value__isnull=False)),
                name="a_contract_award_has_a_value_or_withholds_it",
            ),
        ]

    def __str__(self) -> str:
        return f"contract award {self.position}"


class Supplier(models.Model):
    """A supplier named in a contract award."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(ContractAward, models.CASCADE, related_name="suppliers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    company_number = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(**MONEY, help_text="This supplier's part of the contract's value")

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.name


class FundingGrant(models.Model):
    """A grant of money, received or given; `Grant` is who may open a paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="grants")
    position = models.PositiveSmallIntegerField()
    direction = models.CharField(max_length=10, choices=form.GRANT_DIRECTIONS)
    counterparty = models.CharField(max_length=200, blank=True)
    counterparty_withheld = models.BooleanField(default=False)
    certainty = models.CharField(max_length=20, choices=form.CONTRACT_CERTAINTY, default="exact")
    amount = models.DecimalField(**MONEY)
    profile = models.JSONField(**PROFILE)
    purpose = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    reasons = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["recommendation", "position"],
                deferrable=Deferrable.DEFERRED,
                name="grants_stand_one_after_another",
            ),
            models.CheckConstraint(
                condition=Q(certainty="withheld", amount__isnull=True)
                | (~Q(certainty="withheld") & Q(amount__isnull=False)),
                name="a_grant_has_an_amount_or_withholds_it",
            ),
            models.CheckConstraint(
                condition=~Q(certainty="withheld") | Q(profile=[]), name="a_withheld_grant_has_no_parts"
            ),
            models.CheckConstraint(
                condition=Q(counterparty_withheld=False) | Q(counterparty=""),
                name="a_withheld_counterparty_has_no_name",
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.position}"
