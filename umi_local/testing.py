r"""What to test your own tools and programs with: an engine without a model.

Example:
    >>> from umi_local.engine.base import CancelToken, SpeakOptions
    >>> from umi_local.messages import Decision, PlannerTurn, Role, SummarizerTurn, Trajectory, UserTurn
    >>> from umi_local.testing import ScriptedEngine
    >>> engine = ScriptedEngine([PlannerTurn("That is easy.", Decision.CONCLUDE), SummarizerTurn("Four.")])
    >>> question = Trajectory(turns=(UserTurn("What is 2 + 2?"),))
    >>> pieces = []
    >>> spoken = engine.speak(
    ...     Role.PLANNER, question, options=SpeakOptions(), cancel=CancelToken(), on_text=pieces.append
    ... )
    >>> spoken.turn.decision
    <Decision.CONCLUDE: 'conclude'>
    >>> "".join(pieces)
    'That is easy.\nNext: summarizer'
    >>> engine.requests[0].trajectory == question
    True
    >>> engine.n_left
    1

An entry of the script may also be an exception, which is raised, or a function of role and trajectory that returns the
turn. A script that doesn't fit what is asked raises `ScriptError`.
"""

from __future__ import annotations

from umi_local.engine.scripted import Request, ScriptedEngine, ScriptError

__all__ = ["Request", "ScriptError", "ScriptedEngine"]
