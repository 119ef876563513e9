"""The calculators. Each folder declares one as `FORMULA`; `lms.calculators.domain.formulas` finds it there."""
