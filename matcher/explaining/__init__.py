"""What it would be worth to know more: the value of each missing fact."""

from matcher.explaining.missing.missing_facts import FactValue, value_of_missing_facts

__all__ = ["FactValue", "value_of_missing_facts"]
