"""Texts of an office or a workshop: minutes, orders, reports, offers and notices."""

from __future__ import annotations

from umi_local.worlds.families._papers.texts import TextKind
from umi_local.worlds.splits import Split

_TRAIN, _DEV, _TEST = Split.TRAIN, Split.DEV, Split.TEST

WORK_TEXTS = (
    TextKind(
        _TRAIN,
        "minutes|team minutes|meeting notes",
        "{department}",
        "the {word} of {department}",
        "department=department; day=day:-40:-2; one=first; two=first; three=first; due=day:2:30; next=day:5:40; at=clock:9:16; "
        "budget=whole:500:9000:100",
        """{word:cap}, {department}, {day}
        Present: {one}, {two}, {three}
        {one} orders the new chairs by {due}.
        The budget for the workshop is {budget} euros.
        Next meeting: {next} at {at}""",
        (
            ("the date of the next meeting", "{next} at {at}"),
            ("the budget for the workshop", "{budget} euros"),
            ("the name of who orders the chairs", "{one}"),
            ("the day by which the chairs are ordered", "{due}"),
        ),
        "{department} met on {day}: {one} orders chairs, the workshop may cost {budget} euros, next meeting on {next}",
    ),
    TextKind(
        _TEST,
        "board protocol|protocol|board meeting",
        "{town}",
        "the {word} from {town}",
        "town=town; chair=person; day=day:-60:-3; yes=whole:5:12; no=whole:0:4; sum=whole:1000:20000:500; report=day:10:60",
        """Board of the {town} branch, {day}
        In the chair: {chair}
        The purchase of a van for {sum} euros was accepted with {yes} votes to {no}.
        The treasurer reports again on {report}.""",
        (
            ("the price of the van", "{sum} euros"),
            ("the name of the chair", "{chair}"),
            ("the day of the treasurer's report", "{report}"),
            ("the number of votes in favour", "{yes} votes"),
        ),
        "the {town} board agreed to a van for {sum} euros, {yes} votes to {no}",
    ),
    TextKind(
        _TRAIN,
        "brief|project brief|project outline",
        "{subject}",
        "the {word} for the {subject}",
        "subject=subject; lead=person; start=day:-30:20; end=day:40:300; budget=whole:1000:40000:500; people=whole:2:9",
        """Project: {subject}
        Lead: {lead}
        Runs from {start} to {end}
        {people} people, budget {budget} euros
        Risks: late deliveries, holidays in summer""",
        (
            ("the budget", "{budget} euros"),
            ("the name of the lead", "{lead}"),
            ("the last day of the project", "{end}"),
            ("the number of people", "{people} people"),
        ),
        "the {subject} project, led by {lead}, runs until {end} with {budget} euros",
    ),
    TextKind(
        _TRAIN,
        "offer|quotation|sales offer",
        "{company}",
        "the {word} from {company}",
        "company=company; good=good; pieces=whole:5:60:5; each=whole:4:60; total=times:pieces:each; until=day:5:60; "
        "days=whole:2:21",
        """{company} is pleased to offer you
        {pieces} x {good} at {each} euros each
        Total: {total} euros, delivered within {days} days
        This {word} is open until {until}.""",
        (
            ("the total", "{total} euros"),
            ("the price of one piece", "{each} euros"),
            ("the day until which it is open", "{until}"),
            ("the delivery time", "{days} days"),
        ),
        "{company} offers {pieces} pieces for {total} euros, open until {until}",
    ),
    TextKind(
        _TRAIN,
        "order confirmation|confirmation|order",
        "{number}",
        "the {word} {number}",
        "number=code:B#####; good=good; count=whole:1:12; price=price:10:300; ship=day:1:14; carrier=company",
        """Thank you for order {number}!
        {count} x {good}
        You pay {price:money} euros on delivery.
        {carrier} brings it on {ship}.""",
        (
            ("the amount to pay", "{price:money} euros"),
            ("the day of delivery", "{ship}"),
            ("the name of the carrier", "{carrier}"),
            ("the number of pieces", "{count} pieces"),
        ),
        "order {number} comes with {carrier} on {ship} and costs {price:money} euros",
    ),
    TextKind(
        _DEV,
        "delivery note|delivery sheet|shipping note",
        "{number}",
        "the {word} {number}",
        "number=code:D-####; boxes=whole:2:40; kilos=half:5:300; driver=person; dock=whole:1:12; at=clock:6:17; day=day:-20:-1",
        """{word:cap} {number}
        {boxes} boxes, {kilos} kg
        unloaded at dock {dock} on {day}, {at}
        driver: {driver}""",
        (
            ("the weight", "{kilos} kg"),
            ("the number of boxes", "{boxes} boxes"),
            ("the name of the driver", "{driver}"),
            ("the dock", "dock {dock}"),
        ),
        "delivery {number}: {boxes} boxes of {kilos} kg in all, unloaded at dock {dock}",
    ),
    TextKind(
        _TRAIN,
        "job ad|vacancy|job offer",
        "{department}",
        "the {word} in {department}",
        "department=department; hours=whole:15:40:5; pay=whole:1800:5200:100; town=town; until=day:6:70; contact=person",
        """We look for help in {department} ({town})
        {hours} hours a week, {pay} euros a month
        Write to {contact} by {until}.
        No experience needed, we train you.""",
        (
            ("the monthly pay", "{pay} euros"),
            ("the number of hours a week", "{hours} hours"),
            ("the deadline for applying", "{until}"),
            ("the name of the contact", "{contact}"),
        ),
        "a job in {department} in {town}: {hours} hours a week for {pay} euros, apply by {until}",
    ),
    TextKind(
        _TRAIN,
        "interview note|interview schedule|interview plan",
        "{first}",
        "the {word} for {first}",
        "first=first; day=day:1:25; at=clock:9:15; room=code:@##; boss=person; test=whole:20:90:10",
        """{first} comes on {day}
        {at} talk with {boss}, room {room}
        then a written test of {test} minutes
        lunch in the canteen""",
        (
            ("the time of the talk", "{day} at {at}"),
            ("the room", "room {room}"),
            ("the length of the test", "{test} minutes"),
            ("the name of the interviewer", "{boss}"),
        ),
    ),
    TextKind(
        _TEST,
        "onboarding|first day|new starter",
        "{first}",
        "the {word} note for {first}",
        "first=first; begin=day:3:50; at=clock:8:10; buddy=person; desk=code:#-##; badge=code:######",
        """Welcome, {first}!
        You start on {begin} at {at}. Your desk is {desk}.
        {buddy} shows you around.
        Badge {badge} waits at the reception.""",
        (
            ("the badge number", "{badge}"),
            ("the first day", "{begin}"),
            ("the name of the buddy", "{buddy}"),
            ("the desk", "desk {desk}"),
        ),
        "{first} starts on {begin} at {at}, desk {desk}, with {buddy} as a guide",
    ),
    TextKind(
        _TRAIN,
        "handover|handover note|holiday cover",
        "{first}",
        "the {word} from {first}",
        "first=first; client=company; due=day:2:25; back=day:8:40; shelf=whole:1:20; phone=phone",
        """While {first} is away (back on {back})
        {client} waits for the drawings, promised for {due}.
        The keys are on shelf {shelf}.
        In an emergency: {phone}""",
        (
            ("the name of the client who waits", "{client}"),
            ("the day the drawings are promised for", "{due}"),
            ("the shelf with the keys", "shelf {shelf}"),
            ("the number for an emergency", "{phone}"),
        ),
        "{first} is back on {back}; until then {client} needs the drawings by {due}",
    ),
    TextKind(
        _TRAIN,
        "release plan|release notes|rollout",
        "{version}",
        "the {word} for {version}",
        "version=code:v#.#; freeze=day:2:20; ship=after:freeze:7; tester=first; bugs=whole:2:30; open=whole:1:9",
        """Release {version}
        - no new features after {freeze}
        - {bugs} bugs fixed, {open} still open
        - {tester} runs the last tests
        - goes out on {ship}""",
        (
            ("the release date", "{ship}"),
            ("the number of open bugs", "{open}"),
            ("the name of the tester", "{tester}"),
            ("the day of the feature freeze", "{freeze}"),
        ),
        "{version} goes out on {ship} with {bugs} fixed bugs and {open} open ones",
    ),
    TextKind(
        _TRAIN,
        "incident note|incident report|outage report",
        "{code}",
        "the {word} {code}",
        "code=code:INC-###; day=day:-50:-1; at=clock:0:22; minutes=whole:5:240:5; cause=pick:a full disk|an expired certificate"
        "|a broken cable|a wrong setting|a power cut; owner=person; users=whole:20:900:10",
        """{code} on {day}, {at}
        The booking page was down for {minutes} minutes; {users} users were hit.
        Cause: {cause}
        Owner: {owner}
        Done: service restarted, alarm added""",
        (
            ("the cause", "{cause}"),
            ("the length of the outage", "{minutes} minutes"),
            ("the name of the owner", "{owner}"),
            ("the number of users hit", "{users} users"),
        ),
        "{code}: down for {minutes} minutes because of {cause}; {owner} owns it",
    ),
    TextKind(
        _TRAIN,
        "expense report|travel expenses|trip costs",
        "{town}",
        "the {word} for {town}",
        "town=town; train=whole:20:220; hotel=whole:80:400:5; food=whole:15:90; total=sum:train:hotel:food; "
        "who=person; code=code:T-####",
        """{code}: {who} in {town}
        train {train} euros
        hotel {hotel} euros
        meals {food} euros
        to be paid back: {total} euros""",
        (
            ("the sum to be paid back", "{total} euros"),
            ("the cost of the hotel", "{hotel} euros"),
            ("the cost of the train", "{train} euros"),
            ("the name of the traveller", "{who}"),
        ),
        "{who} gets {total} euros back for a trip to {town}",
    ),
    TextKind(
        _TRAIN,
        "training agenda|workshop plan|course day",
        "{subject}",
        "the {word} on the {subject}",
        "subject=subject; day=day:3:60; at=clock:8:10; trainer=person; seats=whole:8:30; fee=whole:40:400:10; room=code:@#",
        """{day}: {word}, {subject}
        {at} start in room {room}, trainer {trainer}
        {seats} seats, {fee} euros a head
        Bring pen and paper; lunch is free.""",
        (
            ("the fee", "{fee} euros"),
            ("the name of the trainer", "{trainer}"),
            ("the number of seats", "{seats} seats"),
            ("the room", "room {room}"),
        ),
    ),
    TextKind(
        _TEST,
        "talk notes|lecture notes|conference notes",
        "{town}",
        "my {word} from {town}",
        "town=town; speaker=person; hall=whole:1:9; share=whole:20:80; year=pick:2027|2028|2030|2035; day=day:-80:-2",
        """{town}, {day}, hall {hall}
        {speaker} says that {share} percent of all orders are late.
        By {year} it should be half of that.
        Ask for the slides!""",
        (
            ("the name of the speaker", "{speaker}"),
            ("the share of late orders", "{share} percent"),
            ("the hall", "hall {hall}"),
        ),
        "{speaker} spoke in {town}: {share} percent of orders are late, half of that by {year}",
    ),
    TextKind(
        _TRAIN,
        "supplier card|supplier sheet|vendor sheet",
        "{company}",
        "the {word} on {company}",
        "company=company; contact=person; phone=phone; days=whole:2:30; minimum=whole:50:600:50; discount=whole:2:15; "
        "account=code:K#####",
        """{company}
        our account {account}
        {contact}, {phone}
        delivers in {days} days, minimum order {minimum} euros
        {discount} percent off above that""",
        (
            ("the account number", "{account}"),
            ("the minimum order", "{minimum} euros"),
            ("the discount", "{discount} percent"),
            ("the contact's phone number", "{phone}"),
        ),
        "{company} delivers in {days} days from {minimum} euros on; ask for {contact}",
    ),
    TextKind(
        _DEV,
        "office move|floor plan note|relocation",
        "{department}",
        "the {word} of {department}",
        "department=department; floor=whole:1:9; day=day:5:60; boxes=whole:10:80:5; lead=person; at=clock:7:12",
        """{department} moves to floor {floor}
        on {day}, from {at}
        {boxes} boxes are in the hall, label yours
        {lead} has the list of desks""",
        (
            ("the new floor", "floor {floor}"),
            ("the day of the move", "{day}"),
            ("the number of boxes", "{boxes} boxes"),
            ("the name of who has the list", "{lead}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "host sheet|server sheet|machine sheet",
        "{host}",
        "the {word} for {host}",
        "host=code:srv-@##; port=whole:1024:9800; memory=whole:8:128:8; admin=person; backup=clock:0:5; renewed=day:30:700",
        """host {host}
        port {port}
        memory {memory} GB
        admin {admin}
        nightly backup at {backup}
        certificate valid until {renewed}""",
        (
            ("the port", "{port}"),
            ("the amount of memory", "{memory} GB"),
            ("the name of the admin", "{admin}"),
            ("the time of the backup", "{backup}"),
            ("the day until which the certificate is valid", "{renewed}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "complaint|customer mail|support mail",
        "{number}",
        "the {word} {number}",
        "number=code:####; who=person; good=good; bought=day:-90:-10; wants=pick:a refund|a replacement|a repair; "
        "order=code:A####",
        """Subject: case {number}
        Hello, the {good} I bought on {bought} (order {order}) is broken.
        I would like {wants}, please.
        {who}""",
        (
            ("the order number", "{order}"),
            ("the customer's wish", "{wants}"),
            ("the name of the customer", "{who}"),
            ("the day of purchase", "{bought}"),
        ),
        "{who} wants {wants} for a broken {good}, order {order}",
    ),
    TextKind(
        _TEST,
        "amendment|contract change|addendum",
        "{company}",
        "the {word} with {company}",
        "company=company; hours=whole:10:40:2; rate=whole:25:120:5; begin=day:10:80; number=code:A-##",
        """Change {number} to our contract with {company}
        From {begin} on, {hours} hours a month are agreed
        at {rate} euros an hour.
        All else stays as it is.""",
        (
            ("the hourly rate", "{rate} euros"),
            ("the number of hours", "{hours} hours"),
            ("the day it takes effect", "{begin}"),
        ),
        "from {begin} on {company} works {hours} hours a month at {rate} euros",
    ),
    TextKind(
        _TRAIN,
        "budget memo|budget note|memo",
        "{department}",
        "the {word} for {department}",
        "department=department; have=whole:4000:60000:1000; spent=whole:1000:4000:100; left=less:have:spent; "
        "by=day:10:90; who=person",
        """To: {department}
        Budget this year {have} euros, spent so far {spent} euros, left {left} euros
        Please hand in your wishes to {who} by {by}.""",
        (
            ("the budget left", "{left} euros"),
            ("the sum spent so far", "{spent} euros"),
            ("the deadline for wishes", "{by}"),
            ("the name of who collects them", "{who}"),
        ),
        "{department} has spent {spent} of {have} euros; wishes go to {who} by {by}",
    ),
    TextKind(
        _TRAIN,
        "press release|announcement|news draft",
        "{company}",
        "the {word} of {company}",
        "company=company; town=town; jobs=whole:10:300:10; opens=day:20:200; boss=person; cost=whole:2:30",
        """DRAFT - not before {opens}
        {company} opens a plant in {town}
        {jobs} people will work there, says {boss}.
        The building costs {cost} million euros.""",
        (
            ("the number of jobs", "{jobs} people"),
            ("the town of the new plant", "{town}"),
            ("the opening day", "{opens}"),
            ("the cost of the building", "{cost} million euros"),
        ),
        "{company} opens a plant in {town} on {opens} with {jobs} jobs",
    ),
)
