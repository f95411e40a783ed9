"""Counting, moving and clearing bins, deliveries that are put away."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.warehouse.service import WAREHOUSE, any_bin
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@WAREHOUSE.intent(
    goal="set the count of bin {bin} to {quantity}",
    wordings=(
        "I counted bin {bin}: it holds {quantity} pieces. Please correct that.",
        "set the count of {bin} to {quantity}",
        "change the record of bin {bin}, it really has {quantity} pieces",
        "correct the quantity in {bin}; the right number is {quantity}",
        "enter {quantity} as the counted quantity for bin {bin}",
        "We had an inventory today, in {bin} there were {quantity} pieces after all. Update the system.",
        "note that {bin} contains exactly {quantity:n piece}",
        "two colleagues got the same result for {bin}, namely {quantity}. Enter it.",
        "~{bin} count = {quantity}",
        "~inventory {bin}: {quantity}",
    ),
    essential="correct_count",
    missing=Missing(
        wordings=(
            "I counted a bin: it holds {quantity} pieces. Please correct that.",
            "enter {quantity} as the counted quantity",
            "We had an inventory today, there were {quantity} pieces after all. Update the system.",
            "~count = {quantity}",
        ),
        needs="the code of the bin",
        goal="set the count of a bin to {quantity}",
        slot="bin",
    ),
    split=Split.TRAIN,
)
def new_count(play: Play) -> None:
    """One call that writes; the difference is worked out."""
    place = any_bin(play)
    before = play.state["bins"][place]["quantity"]
    play.ask(bin=place, quantity=before + play.draw.pick((-2, -1, 1, 2, 4, 7, 12)))
    noted = play.call("correct_count", {"bin": place, "quantity": play.slots["quantity"]})
    change = noted["now"] - noted["before"]
    more = f"{abs(change)} {'more' if change > 0 else 'fewer'}"
    play.learn(
        "The count went from {before} to {quantity}.",
        "{bin} had {before} before, now {quantity}.",
        before=before,
        more=more,
    )
    play.conclude(
        "Bin {bin} is set to {quantity} pieces, {more} than before.",
        "Done: {bin} has {quantity} now instead of {before}.",
        "The count of {bin} is {quantity} now; it was {before}.",
        facts=["quantity"],
    )


@WAREHOUSE.intent(
    goal="move everything from bin {bin} to {target}",
    wordings=(
        "move everything from {bin} to {target}",
        "clear bin {bin} and put it all into {target}",
        "{bin} is broken. Its contents should go to {target}.",
        "transfer the whole content of bin {bin} into {target}",
        "I need {bin} empty by tonight. Put what's in it into {target}.",
        "bring all pieces in {bin} over to {target}",
        "relocate the stock of {bin}, all of it, to bin {target}",
        "empty {bin}, please. Everything can go to {target}.",
        "~all of {bin} -> {target}",
        "~clear {bin} into {target}",
    ),
    essential="move_stock",
    missing=Missing(
        wordings=(
            "move everything from {bin} somewhere else",
            "clear bin {bin}",
            "{bin} is broken. Its contents have to go into another bin.",
            "~clear {bin}",
        ),
        needs="the bin that it should go to",
        goal="move everything from bin {bin}",
        slot="target",
    ),
    split=Split.TRAIN,
)
def move_all(play: Play) -> None:
    """Two calls: how many there are, then that many."""
    place, target = any_bin(play), any_bin(play, is_filled=False)
    quantity = play.state["bins"][place]["quantity"]
    play.state["bins"][target]["capacity"] = quantity + play.draw.whole(0, 100, 10)
    play.ask(bin=place, target=target)
    held = play.call("bin_content", {"bin": place})
    play.learn(
        "{bin} holds {quantity} {name}.",
        "There are {quantity:n piece} in {bin}, {name}.",
        quantity=held["quantity"],
        name=held["name"],
    )
    play.call("move_stock", {"bin": place, "target": target, "quantity": held["quantity"]})
    play.learn("All {quantity} are in {target} now.", "{bin} is empty, {target} has the {quantity} pieces.")
    play.conclude(
        "I moved all {quantity} {name} from {bin} to {target}.",
        "Done. {bin} is empty now; {quantity:n piece} went to {target}.",
        facts=["target"],
    )


@WAREHOUSE.intent(
    goal="move the contents of bin {bin} to the smallest empty bin in zone {zone} that holds it all",
    wordings=(
        "move the contents of {bin} to the smallest empty bin in zone {zone} that is big enough",
        "clear {bin}; use the empty bin of zone {zone} that fits best, so the smallest one with enough room",
        "The shelf at {bin} must come down. Put its stock into an empty bin in zone {zone}, without wasting space.",
        "find the empty bin in zone {zone} with the least room that still takes all of {bin}, and move it there",
        "we want {bin} emptied into zone {zone}. Choose the smallest empty bin that takes everything.",
        "take everything out of {bin} and put it into whichever empty bin of zone {zone} is just large enough",
        "I'd like the stock of {bin} in zone {zone}, in the tightest empty bin possible. Please move it.",
        "~{bin} -> smallest fitting empty bin, zone {zone}",
        "~empty {bin} into zone {zone}, best fit",
    ),
    essential="move_stock",
    split=Split.TRAIN,
)
def move_to_best_fit(play: Play) -> None:
    """Three calls: how much, what is empty, and the best of it."""
    place = any_bin(play)
    quantity = play.state["bins"][place]["quantity"]
    zone = play.draw.pick("ABCD".replace(place[0], ""))
    for rack, room in enumerate(play.draw.shuffled((-2, 15, 60))):
        size = max(1, quantity + room + play.draw.whole(0, 9)) if room > 0 else max(1, quantity // 2)
        new = f"{zone}-{rack * 4 + 1:02d}-{play.draw.whole(1, 3)}"
        if play.state["bins"].get(new, {}).get("code"):
            raise play.unsuitable("that bin is in use")
        play.state["bins"][new] = {"code": None, "quantity": 0, "capacity": size}
    fitting = sorted(
        one["capacity"]
        for name, one in play.state["bins"].items()
        if name.startswith(zone) and one["code"] is None and one["capacity"] >= quantity
    )
    if fitting[0] == fitting[1]:
        raise play.unsuitable("two fit equally well")
    play.ask(bin=place, zone=zone)
    held = play.call("bin_content", {"bin": place})
    play.learn(
        "{bin} holds {quantity:n piece}, so I need a bin with room for {quantity}.",
        "There are {quantity} {name} to move.",
        quantity=held["quantity"],
        name=held["name"],
    )
    empty = play.call("empty_bins", {"zone": zone})
    best = min((one for one in empty if one["room"] >= quantity), key=lambda one: one["room"])
    play.learn(
        "Of the empty bins, {target} is the smallest that takes {quantity}: it has room for {room}.",
        "{target} with room for {room} fits best; the others are too small or larger.",
        target=best["bin"],
        room=best["room"],
    )
    play.call("move_stock", {"bin": place, "target": best["bin"], "quantity": quantity})
    play.learn("The {quantity} pieces are in {target}.", "The move to {target} is done.")
    play.conclude(
        "I moved {quantity} {name} from {bin} to {target}, which has room for {room}.",
        "{target} was the best fit: all {quantity:n piece} from {bin} are there now.",
        facts=["target"],
    )


@WAREHOUSE.intent(
    goal="move {quantity} pieces from {bin} to {target}, and what doesn't fit to the largest empty bin in zone {zone}",
    wordings=(
        "move {quantity} pieces from {bin} to {target}; what doesn't fit goes to the largest empty bin in zone {zone}",
        "put {quantity} pieces of {bin} into {target}, and the rest, if it's too small, into the biggest empty bin of zone "
        "{zone}",
        "I'd like {quantity} pieces out of {bin} and into {target}. If there isn't room for all, use the largest empty bin "
        "in zone {zone} for the rest.",
        "take {quantity} from {bin}: as many as possible to {target}, the others to the roomiest empty bin in zone {zone}",
        "fill {target} from {bin} with {quantity} pieces, with the largest empty bin of zone {zone} for the remainder",
        "{quantity} pieces have to leave {bin}. {target} comes first, then the empty bin with the most room in zone {zone}.",
        "get {quantity} pieces from {bin} into {target}, spilling over into zone {zone}'s largest empty bin",
        "~{quantity} from {bin} to {target}, rest to largest empty in zone {zone}",
    ),
    essential="move_stock",
    split=Split.TRAIN,
)
def move_and_spill(play: Play) -> None:
    """Four calls: the refusal tells how many fit, and the rest needs another bin."""
    place, target = any_bin(play), any_bin(play, is_filled=False)
    quantity = play.state["bins"][place]["quantity"]
    zone = play.draw.pick("ABCD".replace(target[0], ""))
    other, size = f"{zone}-{play.draw.whole(13, 30)}-{play.draw.whole(1, 3)}", play.draw.whole(420, 600, 10)
    if quantity < 8:
        raise play.unsuitable("too few to share out")
    play.state["bins"][target]["capacity"] = play.draw.whole(3, quantity - 3)
    play.state["bins"][other] = {"code": None, "quantity": 0, "capacity": size}
    play.ask(bin=place, target=target, quantity=quantity, zone=zone)
    play.attempt("move_stock", {"bin": place, "target": target, "quantity": quantity}, decides=True)
    fits = play.state["bins"][target]["capacity"]
    play.learn(
        "{target} has room for {fits} only, so {rest} of the {quantity} must go elsewhere.",
        "Only {fits} fit into {target}; {rest} are left over.",
        fits=fits,
        rest=quantity - fits,
    )
    play.call("move_stock", {"bin": place, "target": target, "quantity": fits})
    play.learn("{fits} are in {target}; now the other {rest}.", "The first {fits} are moved, {rest} to go.")
    empty = play.call("empty_bins", {"zone": zone})
    best = max(empty, key=lambda one: one["room"])
    play.learn(
        "{other} is the largest empty bin in zone {zone}, with room for {room}.",
        "In zone {zone}, {other} has the most room: {room}.",
        other=best["bin"],
        room=best["room"],
    )
    play.call("move_stock", {"bin": place, "target": best["bin"], "quantity": quantity - fits}, derived=["quantity"])
    play.learn("The rest is in {other}.", "{rest} pieces went to {other}.")
    play.conclude(
        "{fits} pieces are in {target} and the other {rest} in {other}.",
        "Only {fits} fitted into {target}, so I put {rest} into {other}.",
        facts=["other"],
    )


@WAREHOUSE.intent(
    goal="correct the count of {bin} to {quantity} and find the address of {supplier}",
    wordings=(
        "set {bin} to {quantity} pieces and also give me the e-mail address of {supplier}",
        "Two things: bin {bin} has {quantity} pieces, please correct it; and how can I write to {supplier}?",
        "I counted {quantity} in {bin}. Enter that, and tell me where to send a mail for {supplier}.",
        "what is the address of {supplier}? and while you're at it, correct the count of {bin} to {quantity}",
        "enter a count of {quantity} for bin {bin}, then look up the e-mail of {supplier}",
        "look up how to write to {supplier}, and change the quantity in {bin} to {quantity}",
        "Some pieces from {supplier} were broken, so {bin} is down to {quantity}. Correct it and give me their e-mail.",
        "~{bin} = {quantity}, + email of {supplier}",
    ),
    split=Split.TRAIN,
)
def count_and_address(play: Play) -> None:
    """Two requests that have nothing to do with each other."""
    place = any_bin(play)
    quantity = max(1, play.state["bins"][place]["quantity"] - play.draw.whole(1, 3))
    play.ask(bin=place, quantity=quantity, supplier=play.draw.pick(play.state["suppliers"])["name"])
    play.call("correct_count", {"bin": place, "quantity": quantity})
    play.learn("The count of {bin} is corrected; the address is still to find.", "{bin} stands at {quantity} now.")
    email = play.call("find_supplier", {"supplier": play.slots["supplier"]})["email"]
    play.learn("{supplier} has the address {email}.", "One writes to {email}.", email=email)
    play.conclude(
        "{bin} is set to {quantity}, and {supplier} is reached at {email}.",
        "Done, {bin} has {quantity} now. The address of {supplier} is {email}.",
        facts=["email", "quantity"],
    )


@WAREHOUSE.intent(
    goal="move {quantity} pieces from {bin} to {target}",
    wordings=(
        "take {quantity} pieces out of {bin} and put them into {target}",
        "bring {quantity} pieces from bin {bin} to bin {target}",
        "{quantity} pieces in {bin} belong into {target}. Move them, please.",
        "shift {quantity} from {bin} over to {target}",
        "The picker needs {quantity} pieces nearer to the door. Move them from {bin} to {target}.",
        "would it be possible to move {quantity} pieces out of {bin} into {target}?",
        "transfer stock: {quantity} pieces, {bin} to {target}",
        "~{quantity} pcs {bin} -> {target}",
    ),
    split=Split.DEV,
)
def move_refused(play: Play) -> None:
    """The other bin holds something else; nothing is moved, and the answer says why."""
    bins = play.state["bins"]
    place, target = any_bin(play), any_bin(play)
    if bins[place]["code"] == bins[target]["code"] or bins[place]["quantity"] < 2:
        raise play.unsuitable("that would work")
    play.ask(bin=place, target=target, quantity=play.draw.whole(1, bins[place]["quantity"]))
    play.attempt("move_stock", {"bin": place, "target": target, "quantity": play.slots["quantity"]})
    play.learn(
        "The move was refused, because {target} holds another article, {code}.",
        "{target} is taken by {code}, so nothing was moved.",
        code=bins[target]["code"],
    )
    play.conclude(
        "I could not move them: {target} holds another article, {code}.",
        "That isn't possible, {target} is filled with {code}.",
        facts=[NO, "code"],
        why=("I shouldn't mix articles or choose another bin myself.", "The user has to name another bin."),
    )
