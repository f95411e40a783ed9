"""A private person's bank: accounts, transactions, payments to saved payees, standing orders and cards."""

from umi_local.worlds.families.bank import accounts, advice, cards, chains, orders, payments  # noqa: F401
from umi_local.worlds.families.bank.service import FAMILY

__all__ = ["FAMILY"]
