"""Playing a gold plan: it calls the tools for real, and what it does and says becomes the turns of a trajectory.

A plan is an ordinary function. It asks (which fixes the user's words), calls operations by their keys, learns from what
they return, and concludes or gives up. Everything else happens here: the wording, the tools' drawn names, retries, turning
to another provider, giving up where nothing is left, asking back where something is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonObject,
    JsonValue,
    PlannerTurn,
    SummarizerTurn,
    ToolTurn,
    Turn,
    UserTurn,
)
from umi_local.worlds import frames
from umi_local.worlds.asking import Asked, ask
from umi_local.worlds.draw import Draw, FirstOfAll, Voice
from umi_local.worlds.errors import UnsuitableError, WorldError
from umi_local.worlds.facts import Fact, facts_of
from umi_local.worlds.family import Intent, Missing
from umi_local.worlds.faults import Mode
from umi_local.worlds.grammar import capitalized, joined, realize
from umi_local.worlds.speech import DATE_STYLES, Speech
from umi_local.worlds.stage import Stage
from umi_local.worlds.surfaces import Surface
from umi_local.worlds.world import Happened


class Ending(str, Enum):
    """How a user's turn must end."""

    ANSWER = "answer"
    ASK_BACK = "ask_back"
    GIVE_UP = "give_up"


@dataclass(slots=True)
class Part:
    """One turn of the user and what must come of it.

    Attributes:
        derived: Those of the facts that no observation says: they were worked out, or are common knowledge.
    """

    ending: Ending = Ending.ANSWER
    facts: tuple[Fact, ...] = ()
    derived: tuple[Fact, ...] = ()
    n_calls: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What an attempted call came to: a value, or the reason why there is none."""

    value: JsonValue
    error: str | None

    @property
    def failed(self) -> bool:
        """Whether there is no value."""
        return self.error is not None


class PlanEnded(Exception):  # noqa: N818  # no error: the way out of a plan that needn't go on
    """The plan is over before its end: nothing can be done, and that has been said."""


@dataclass(slots=True)
class _Opening:
    """The first call's rationale, which is worded when it is known whether others follow."""

    at: int
    does: str
    tool: str
    decides: bool


@dataclass(slots=True)
class Play:
    """One performance of an intent's plan.

    Attributes:
        draw: Chance for whatever the plan picks.
        state: The family's scene. A plan may change it before it asks, to make the scene suit; later only tools do.
        slots: Values by name, for wordings; what `ask`, `learn` and `conclude` are given is added.
        used: The operations called, in order.
        derived: Number of the call (from 0) and name of each argument that the plan worked out.
    """

    intent: Intent
    stage: Stage
    draw: Draw
    asks_back: bool = False
    voice: Voice = Voice.VARIED
    slots: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    wordings: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    derived: set[tuple[int, str]] = field(default_factory=set)
    register: frames.Register = frames.Register.NEUTRAL
    _said: Speech = field(init=False)
    _user: Speech = field(init=False)
    _words: Draw = field(init=False)
    _own_words: Draw = field(init=False)
    _learned: str = ""
    _goal: str = ""
    _opening: _Opening | None = None
    _derived: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._words = self.draw.apart("words")
        self._user = Speech(self._words.weighted({"iso": 0.4, **dict.fromkeys(DATE_STYLES[1:], 0.15)}))
        self._own_words, self._said = self._words, Speech(self._words.pick(DATE_STYLES))
        if self.voice is Voice.ONE:
            self._own_words, self._said = FirstOfAll(self.draw.split), Speech("iso")

    @property
    def state(self) -> Any:
        """The family's scene."""
        return self.stage.state

    def unsuitable(self, reason: str) -> UnsuitableError:
        """Return the error to raise where the scene lacks what the intent needs."""
        return UnsuitableError(f"{self.intent.id}: {reason}")

    def ask(self, **slots: Any) -> None:
        """Let the user ask, in one of the intent's wordings, and fix the scene as it is now.

        Raises:
            PlanEnded: No tool can do it, as the task wants.
        """
        self.slots.update(slots)
        self.stage.open()
        missing = self.intent.missing if self.asks_back else None
        self._user_says(ask(missing.wordings if missing else self.intent.wordings, self.slots, self._words, self._user))
        self._goal = self.text(self.intent.goal)
        if missing:
            self._ask_back(missing)
        if self.stage.offers_nothing:
            self._give_up(self._frame(frames.NONE_FITS))
            raise PlanEnded

    def then_ask(self, *wordings: str, goal: str, **slots: Any) -> None:
        """Let the user ask something more once the last question was answered.

        Args:
            wordings: As those of an intent.
            goal: What is wanted now, in the infinitive.
        """
        self.slots.update(slots)
        self._user_says(ask(wordings, self.slots, self._words, self._user))
        self._goal = self.text(goal)

    def learn(self, *templates: str, **slots: Any) -> None:
        """Say what the last observation tells; it begins the next rationale."""
        self.slots.update(slots)
        self._learned = f"{self._learned} {self._worded(templates)}".strip()

    def call(
        self,
        operation: str,
        arguments: JsonObject | None = None,
        *,
        why: str | Sequence[str] = (),
        does: str | None = None,
        derived: Sequence[str] = (),
        decides: bool = False,
    ) -> Any:
        """Call an operation and return its result, finding another way where the call fails.

        Args:
            arguments: By key; None leaves an optional one out.
            why: What comes next and why, as templates that may name `{tool}` and `{does}`; a shared wording else.
            does: What this call does, in place of the operation's own words.
            derived: Keys of arguments that stand nowhere before: the plan worked them out.
            decides: Whether its result decides if more calls follow; the rationale of a first call then never says
                that one call is enough.

        Raises:
            WorldError: The operation refused; a plan that expects it uses `attempt`.
            PlanEnded: It failed for good and nothing else can do it.
        """
        reply = self._reply(operation, dict(arguments or {}), why, does, derived, decides, may_fail=False)
        if reply.error is not None:
            raise WorldError(f"{self.intent.id}: {operation} refused: {reply.error}", hint="Use play.attempt.")
        return reply.value

    def attempt(
        self,
        operation: str,
        arguments: JsonObject | None = None,
        *,
        why: str | Sequence[str] = (),
        does: str | None = None,
        derived: Sequence[str] = (),
        decides: bool = False,
    ) -> Reply:
        """Call an operation that may refuse, or that the intent breaks; see `call`."""
        return self._reply(operation, dict(arguments or {}), why, does, derived, decides, may_fail=True)

    def conclude(
        self,
        *answers: str,
        facts: Sequence[str | Fact] = (),
        derived: Sequence[str | Fact] = (),
        why: str | Sequence[str] = (),
        **slots: Any,
    ) -> None:
        """Answer the user.

        Args:
            answers: Templates; one is drawn.
            facts: What the answer must say: names of slots, or facts.
            derived: Those of the facts that no observation says: the plan worked them out, or knows them.
            why: The end of the rationale; a shared wording where it isn't given.
        """
        self.slots.update(slots)
        part = self.parts[-1]
        default = frames.CLOSING if part.n_calls else frames.NO_TOOL
        self._plan(self._worded(why) if why else self._frame(default), Decision.CONCLUDE)
        self.turns.append(SummarizerTurn(self._worded(answers)))
        part.facts = tuple(fact for item in facts for fact in self._facts(item))
        part.derived = tuple(fact for name in derived for fact in self._facts(name))
        self._close_part()

    def give_up(self, *why: str, **slots: Any) -> None:
        """End without an answer, saying why in the rationale; that no tool fits where nothing is said."""
        self.slots.update(slots)
        self._give_up(self._worded(why) if why else self._frame(frames.NONE_FITS))

    def text(self, template: str, values: Mapping[str, Any] | None = None) -> str:
        """Return a template in the assistant's words."""
        return joined(realize(template, {**self.slots, **(values or {})}, self._own_words, self._said))

    def _user_says(self, asked: Asked) -> None:
        if not self.parts:
            self.register = asked.register
        self.wordings.extend(asked.wordings)
        self.turns.append(UserTurn(asked.text))
        self.parts.append(Part())
        self._learned = ""

    def _ask_back(self, missing: Missing) -> None:
        values = {"needs": missing.needs, "goal": self.text(missing.goal)}
        self.turns.append(PlannerTurn(self._frame(frames.ASK_BACK_RATIONALE, values), Decision.CONCLUDE))
        self.turns.append(SummarizerTurn(self._frame(frames.ASK_BACK, values)))
        self.parts[-1].ending = Ending.ASK_BACK
        value = self.slots[missing.slot]
        replies = missing.replies or frames.REPLY.of(self.draw.split)
        reply = ask(replies, {**self.slots, "value": value}, self._words, self._user, is_framed=False)
        self._user_says(reply)
        said = {"needs": missing.needs, "reply": self._said(value, "")}
        self._learned = self._frame(frames.GOT_IT, said)

    def _reply(
        self,
        operation: str,
        arguments: dict[str, Any],
        why: str | Sequence[str],
        does: str | None,
        derived: Sequence[str],
        decides: bool,
        *,
        may_fail: bool,
    ) -> Reply:
        surface = self.stage.provider(operation)
        values = {"does": self._does(surface, arguments, does), "tool": surface.spec.name}
        if why:
            self._plan(self._worded(why, {**arguments, **values}), Decision.CALL)
        elif self._opens:
            self._opening = _Opening(len(self.turns), values["does"], values["tool"], decides)
            self._plan("", Decision.CALL)
        else:
            self._plan(self._frame(frames.NEXT, values), Decision.CALL)
        self.parts[-1].n_calls += 1
        self._derived = frozenset(derived)
        happened = self._perform(surface, arguments)
        if happened.fault is not None and not (may_fail and self.intent.breaks == operation):
            happened = self._recover(surface, arguments, happened, values)
        error = happened.refused or (happened.fault.said if happened.fault else None)
        return Reply(happened.value, error)

    def _recover(
        self, surface: Surface, arguments: dict[str, Any], happened: Happened, values: dict[str, str]
    ) -> Happened:
        """Try again, turn to another provider, or end the plan."""
        fault = happened.fault
        assert fault is not None
        values = {**values, "said": fault.said, "goal": self._goal}
        if fault.mode is Mode.TEMPORARY:
            self._plan(self._frame(frames.RETRY, values), Decision.CALL)
            return self._perform(surface, arguments)
        other = self.stage.other_provider(surface)
        if other is None:
            self._give_up(self._frame(frames.DEAD_END, values))
            raise PlanEnded
        self._plan(self._frame(frames.SWITCH, {**values, "other": other.spec.name}), Decision.CALL)
        return self._perform(other, arguments)

    def _perform(self, surface: Surface, arguments: dict[str, Any]) -> Happened:
        call = surface.call(arguments)
        happened = self.stage.world.run(call)
        if happened.error is not None:
            raise WorldError(f"{self.intent.id}: {call.name} raised {happened.error!r}") from happened.error
        if happened.observation.is_error and happened.fault is None and happened.refused is None:
            raise WorldError(f"{self.intent.id}: {happened.observation.text}")
        self.derived.update((len(self.used), surface.names[key]) for key in self._derived)
        self.turns += [CallerTurn(call), ToolTurn(happened.observation)]
        self.used.append(surface.operation.key)
        return happened

    @property
    def _opens(self) -> bool:
        return self.parts[-1].n_calls == 0 and not self._learned

    def _plan(self, rationale: str, decision: Decision) -> None:
        self.turns.append(PlannerTurn(f"{self._learned} {rationale}".strip(), decision))
        self._learned = ""

    def _give_up(self, rationale: str) -> None:
        self._plan(rationale, Decision.GIVE_UP)
        self.parts[-1].ending = Ending.GIVE_UP
        self._close_part()

    def _close_part(self) -> None:
        """Word the first call's rationale, now that it is known whether others followed."""
        opening, self._opening = self._opening, None
        if opening is None:
            return
        is_only = self.parts[-1].n_calls == 1 and not opening.decides
        frame = frames.ONLY_ONE if is_only else frames.FIRST_OF_SEVERAL
        values = {"goal": self._goal, "does": opening.does, "tool": opening.tool}
        self.turns[opening.at] = PlannerTurn(self._frame(frame, values), Decision.CALL)

    def _does(self, surface: Surface, arguments: dict[str, Any], does: str | None) -> str:
        return self.text(does or surface.operation.does, arguments)

    def _frame(self, frame: frames.Frames, values: Mapping[str, Any] | None = None) -> str:
        template = frame.one if self.voice is Voice.ONE else frame.draw(self._words)
        return self._sentence(template, {"goal": self._goal, **(values or {})})

    def _worded(self, templates: str | Sequence[str], values: Mapping[str, Any] | None = None) -> str:
        template = templates if isinstance(templates, str) else self._own_words.pick(templates)
        return self._sentence(template, {**self.slots, **(values or {})})

    def _sentence(self, template: str, values: Mapping[str, Any]) -> str:
        self.wordings.append(template)
        return joined(capitalized(realize(template, values, self._own_words, self._said)))

    def _facts(self, item: str | Fact) -> Sequence[Fact]:
        return (item,) if isinstance(item, Fact) else tuple(facts_of(self.slots[item]))
