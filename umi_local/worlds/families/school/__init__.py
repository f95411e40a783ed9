"""A school's office: courses and who is enrolled, rooms, grades, timetables and absences."""

from umi_local.worlds.families.school import absences, courses, enrolments, grades, points, rooms, students  # noqa: F401
from umi_local.worlds.families.school.service import FAMILY

__all__ = ["FAMILY"]
