"""The front desk of a clinic: doctors, patients, appointments, free slots and repeat prescriptions for aids."""

from umi_local.worlds.families.clinic import advice, booking, lookups, moves, paperwork  # noqa: F401
from umi_local.worlds.families.clinic.service import FAMILY

__all__ = ["FAMILY"]
