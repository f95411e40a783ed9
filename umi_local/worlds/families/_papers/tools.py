"""The built-in tools as operations of a family, each with what calling it does."""

from __future__ import annotations

from umi_local.tools.builtin import builtin_tools
from umi_local.worlds.desk import BuiltinDesk
from umi_local.worlds.family import Family

TOPICS = frozenset({"files", "tables", "notes", "documents", "dates", "calendar", "calculation", "units", "reminders"})
"""What the built-in tools could serve; families over them share it, so that none lends tools to another."""

_DOES = {
    "list_files": "list the files< in {path}>",
    "find_files": "find files named {name}",
    "read_file": "read {path}",
    "search_files": 'search the files for "{query}"',
    "file_info": "get the facts about {path}",
    "write_file": "write {path}",
    "move_file": "move {source} to {destination}",
    "text_stats": "count the words< of {path}>",
    "checksum": "compute the checksum of {path}",
    "table_columns": "see which columns {path} has",
    "count_rows": "count the rows of {path}",
    "find_rows": "find the rows of {path} where {where_column} is {where_value}",
    "aggregate_column": "compute the {operation} of {column} in {path}",
    "group_rows": "group the rows of {path} by {group_by}",
    "top_rows": "sort {path} by {column}",
    "json_lookup": "look up< {query} in> {path}",
    "add_note": 'save the note "{text}"',
    "list_notes": "list the notes< with the tag {tag}>",
    "search_notes": 'search the notes for "{query}"',
    "finish_note": "mark note {id} as done",
    "current_time": "get today's date",
    "date_difference": "count the time from {start:iso} to {end:iso}",
    "add_to_date": "move on from {date:iso}",
    "weekday": "get the weekday of {date:iso}",
    "calculate": "compute {expression}",
    "convert_units": "convert {value} {from_unit} to {to_unit}",
}
"""All but `disk_usage`, which tells the machine's own free space."""


def family_over_tools(name: str, areas: str) -> Family:
    """Return a family whose operations are the built-in tools."""
    family = Family(name, areas, TOPICS, desk=BuiltinDesk)
    for tool in builtin_tools():
        if tool.name in _DOES:
            family.builtin(tool, does=_DOES[tool.name])
    return family
