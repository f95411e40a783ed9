"""Calibration data: short tool-use trajectories that come along, and the reading of a user's own."""

from __future__ import annotations

from umi_convert.calibration.trajectory_file import load_trajectories

__all__ = ["load_trajectories"]
