"""Texts, JSON files, logs, settings, invoices and recipes: what they say, and values that are read here and used there."""

import umi_local.worlds.families.documents.advice
import umi_local.worlds.families.documents.configured
import umi_local.worlds.families.documents.facts
import umi_local.worlds.families.documents.invoices
import umi_local.worlds.families.documents.logs
import umi_local.worlds.families.documents.records
import umi_local.worlds.families.documents.settings
import umi_local.worlds.families.documents.transfers
import umi_local.worlds.families.documents.trouble  # noqa: F401
from umi_local.worlds.families.documents.service import DOCUMENTS

FAMILY = DOCUMENTS

__all__ = ["FAMILY"]
