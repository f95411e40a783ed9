"""Turn markers of the model families: how a turn's header and end are written.

The marker texts are facts of the model families' published chat templates. `plain` is for base models without any such
tokens; since its markers are ordinary text, lines from outside that look like one are escaped.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnMarkers:
    """How one family writes a turn: `begin` once, then for every turn header, text, end."""

    begin: str
    header: str
    """With `{speaker}` where the speaker's name goes."""
    end: str
    stop: str
    """What a role writes to end its turn; `end` starts with it."""
    escapes: str = ""
    """The first characters of a header that is ordinary text; empty where headers are control tokens."""

    @property
    def template(self) -> str:
        """The same markers as a Jinja chat template, for instruct models whose file carries none."""
        header = self.header.replace("{speaker}", "' + message['role'] + '")
        turn = f"{{{{ '{header}' + message['content'] + '{self.end}' }}}}"
        opening = self.header.format(speaker="assistant")
        lines = (
            f"{{{{ '{self.begin}' }}}}{{% for message in messages %}}{turn}{{% endfor %}}"
            f"{{% if add_generation_prompt %}}{{{{ '{opening}' }}}}{{% endif %}}"
        )
        return lines.replace("\n", "\\n")

    def protect(self, text: str) -> str:
        """Return text from outside so that none of its lines reads as a header."""
        if not self.escapes:
            return text
        return "\n".join(f"\\{line}" if line.startswith(self.escapes) else line for line in text.split("\n"))


FAMILIES: dict[str, TurnMarkers] = {
    "chatml": TurnMarkers(begin="", header="<|im_start|>{speaker}\n", end="<|im_end|>\n", stop="<|im_end|>"),
    "llama3": TurnMarkers(
        begin="<|begin_of_text|>",
        header="<|start_header_id|>{speaker}<|end_header_id|>\n\n",
        end="<|eot_id|>",
        stop="<|eot_id|>",
    ),
    "gemma": TurnMarkers(
        begin="<bos>",
        header="<start_of_turn>{speaker}\n",
        end="<end_of_turn>\n",
        stop="<end_of_turn>",
    ),
    "mistral": TurnMarkers(begin="<s>", header="[INST]{speaker}[/INST]", end="</s>", stop="</s>"),
    "plain": TurnMarkers(begin="", header="### {speaker}\n", end="\n\n", stop="\n\n", escapes="### "),
}
