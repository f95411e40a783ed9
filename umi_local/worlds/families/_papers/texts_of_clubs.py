"""Texts of clubs, schools and libraries: plans, rules, drafts and reviews."""

from __future__ import annotations

from umi_local.worlds.families._papers.texts import TextKind
from umi_local.worlds.splits import Split

_TRAIN, _DEV, _TEST = Split.TRAIN, Split.DEV, Split.TEST

CLUB_TEXTS = (
    TextKind(
        _TRAIN,
        "club meeting|club minutes|annual meeting",
        "{team}",
        "the {word} of the {team} club",
        "team=team; day=day:-70:-3; members=whole:20:180; fee=whole:15:90:5; cash=whole:300:7000:10; head=person",
        """{team} club, {day}
        {members} members came. {head} was elected head.
        From next year on the fee is {fee} euros.
        In the cash box: {cash} euros""",
        (
            ("the new fee", "{fee} euros"),
            ("the name of the head", "{head}"),
            ("the sum in the cash box", "{cash} euros"),
            ("the number of members who came", "{members} members"),
        ),
        "the {team} club elected {head} and set the fee to {fee} euros",
    ),
    TextKind(
        _TRAIN,
        "rehearsal plan|choir plan|rehearsals",
        "{team}",
        "the {word} of {team}",
        "team=team; first=day:2:15; concert=day:30:120; at=clock:17:20; song=town; leader=person; chairs=whole:30:150:10",
        """Singers of {team}
        First rehearsal {first}, {at}, school hall
        Bring the score of "Lights of {song}".
        Concert on {concert}; we need {chairs} chairs.
        {leader}""",
        (
            ("the day of the concert", "{concert}"),
            ("the first rehearsal", "{first} at {at}"),
            ("the number of chairs needed", "{chairs} chairs"),
            ("the name of the leader", "{leader}"),
        ),
        "{leader} plans a concert on {concert}; rehearsals begin on {first}",
    ),
    TextKind(
        _TRAIN,
        "school trip|parent letter|class trip",
        "{town}",
        "the {word} about {town}",
        "town=town; day=day:6:80; meet=clock:6:9; back=clock:15:20; cost=price:5:60; until=day:2:6; teacher=person",
        """Dear parents,
        on {day} the class goes to {town}. We meet at {meet} and are back at {back}.
        It costs {cost:money} euros, please pay by {until}.
        {teacher}""",
        (
            ("the cost", "{cost:money} euros"),
            ("the day of the trip", "{day}"),
            ("the time of the return", "{back}"),
            ("the day by which to pay", "{until}"),
            ("the name of the teacher", "{teacher}"),
        ),
        "the class goes to {town} on {day} for {cost:money} euros, to be paid by {until}",
    ),
    TextKind(
        _TEST,
        "syllabus|course outline|course plan",
        "{code}",
        "the {word} of {code}",
        "code=code:@@ ###; teacher=person; weeks=whole:8:16; essays=whole:1:4; share=whole:20:60:5; exam=day:50:150; "
        "room=code:@###",
        """{code}, room {room}
        Teacher: {teacher}
        {weeks} weeks, {essays} short essays
        The exam on {exam} counts {share} percent.""",
        (
            ("the date of the exam", "{exam}"),
            ("the weight of the exam", "{share} percent"),
            ("the number of weeks", "{weeks} weeks"),
            ("the room", "room {room}"),
        ),
        "{code} with {teacher} takes {weeks} weeks and ends with an exam on {exam}",
    ),
    TextKind(
        _DEV,
        "exam plan|exam list|test plan",
        "{first}",
        "the {word} of {first}",
        "first=first; maths=day:5:20; history=day:21:35; biology=day:36:50; at=clock:8:11; hall=code:H#",
        """{first}'s exams, all at {at} in {hall}
        maths {maths}
        history {history}
        biology {biology}
        Calculator allowed in maths only.""",
        (
            ("the date of the maths exam", "{maths}"),
            ("the date of the history exam", "{history}"),
            ("the date of the biology exam", "{biology}"),
            ("the hall", "{hall}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "tournament plan|match plan|cup plan",
        "{team}",
        "the {word} of {team}",
        "team=team; day=day:4:70; teams=whole:4:24:2; at=clock:8:11; prize=whole:30:400:10; fee=whole:5:60:5; referee=person",
        """{team} cup - {day}
        {teams} teams, first match at {at}
        Entry {fee} euros a team, the winner gets {prize} euros
        Referee: {referee}""",
        (
            ("the prize", "{prize} euros"),
            ("the entry fee", "{fee} euros"),
            ("the number of teams", "{teams} teams"),
            ("the name of the referee", "{referee}"),
        ),
        "{teams} teams play in {team} on {day}; the winner gets {prize} euros",
    ),
    TextKind(
        _TRAIN,
        "roster|volunteer list|helper list",
        "{subject}",
        "the {word} for the {subject}",
        "subject=subject; day=day:2:40; one=first; two=first; three=first; early=clock:7:10; late=clock:15:19; phone=phone",
        """{subject:cap} on {day}
        doors: {one}, from {early}
        kitchen: {two}
        clearing up: {three}, from {late}
        If you can't come, call {phone}.""",
        (
            ("the name of who works in the kitchen", "{two}"),
            ("the name of who is at the doors", "{one}"),
            ("the time when clearing up begins", "{late}"),
            ("the number to call", "{phone}"),
        ),
        "on {day} {one} does the doors, {two} the kitchen and {three} the clearing up",
    ),
    TextKind(
        _TRAIN,
        "flyer|festival flyer|poster text",
        "{town}",
        "the {word} for {town}",
        "town=town; day=day:8:150; bands=whole:3:14; price=price:5:40; child=whole:6:14; open=clock:11:17; stage=colour",
        """SUMMER IN {town}
        {day}, gates open at {open}
        {bands} bands on the {stage} stage
        Tickets {price:money} euros, free for children under {child}""",
        (
            ("the ticket price", "{price:money} euros"),
            ("the number of bands", "{bands} bands"),
            ("the time when the gates open", "{open}"),
            ("the day of the festival", "{day}"),
        ),
        "a festival in {town} on {day} with {bands} bands for {price:money} euros",
    ),
    TextKind(
        _TRAIN,
        "essay|draft|school essay",
        "{animal}",
        "the {word} on the {animal}",
        "animal=animal; town=town; age=whole:3:40; kilos=whole:2:400; km=whole:2:90",
        """The {animal} is often misunderstood.
        It lives up to {age} years and weighs about {kilos} kg.
        In the hills near {town} one was seen to walk {km} km in a night.
        Nobody knows why. More research is needed.""",
        (
            ("the age it reaches", "{age} years"),
            ("the weight of the animal", "{kilos} kg"),
            ("the distance it walked in a night", "{km} km"),
        ),
        "the {animal} lives up to {age} years, weighs about {kilos} kg and walks far at night",
    ),
    TextKind(
        _TEST,
        "book review|review|reading notes",
        "{animal}",
        'my {word} of "The {animal:cap}"',
        "animal=animal; author=person; pages=whole:120:700; stars=whole:1:5; day=day:-60:-1; place=town",
        """"The {animal:cap}" by {author}, {pages} pages
        Finished on {day}. Set in {place}.
        A slow start, a good end: {stars} of 5 stars.""",
        (
            ("the name of the author", "{author}"),
            ("the number of pages", "{pages} pages"),
            ("the rating", "{stars} of 5 stars"),
            ("the place where it is set", "{place}"),
        ),
        "a book by {author} with {pages} pages, set in {place}: {stars} of 5 stars",
    ),
    TextKind(
        _DEV,
        "quiz night|quiz|pub quiz",
        "{team}",
        "the {word} plan of {team}",
        "team=team; day=day:3:50; rounds=whole:3:8; questions=whole:8:15; all=times:rounds:questions; host=person; "
        "at=clock:18:20",
        """{team}, {day}, {at}
        {rounds} rounds of {questions} questions, {all} in all
        Host: {host}
        The losers pay for the crisps.""",
        (
            ("the name of the host", "{host}"),
            ("the number of rounds", "{rounds} rounds"),
            ("the number of questions in all", "{all} questions"),
            ("the day of the quiz", "{day}"),
        ),
        "{host} hosts a quiz with {rounds} rounds on {day}",
    ),
    TextKind(
        _TEST,
        "membership letter|welcome letter|club letter",
        "{first}",
        "the {word} to {first}",
        "first=first; number=code:####; locker=whole:1:90; fee=whole:20:140:5; pay=day:5:40; key=price:5:20",
        """Dear {first},
        welcome! Your number is {number} and you get locker {locker}.
        Please pay the fee of {fee} euros by {pay}.
        A key costs {key:money} euros, which you get back.""",
        (
            ("the fee", "{fee} euros"),
            ("the locker", "locker {locker}"),
            ("the day by which to pay", "{pay}"),
            ("the price of a key", "{key:money} euros"),
        ),
        "{first} is member {number} with locker {locker} and pays {fee} euros by {pay}",
    ),
    TextKind(
        _TRAIN,
        "hike|hiking route|walking route",
        "{town}",
        "the {word} near {town}",
        "town=town; km=half:4:28; climb=whole:80:1400:10; hours=half:2:9; hut=animal; bus=clock:6:9",
        """Round walk near {town}
        {km} km, {climb} m up, about {hours} hours
        Lunch at the {hut} hut
        The bus leaves at {bus}.""",
        (
            ("the length of the walk", "{km} km"),
            ("the climb", "{climb} m"),
            ("the time it takes", "{hours} hours"),
            ("the time of the bus", "{bus}"),
        ),
        "a walk of {km} km near {town} that takes {hours} hours",
    ),
    TextKind(
        _TRAIN,
        "bake sale|cake sale|market stall",
        "{team}",
        "the {word} notes of {team}",
        "team=team; day=day:-30:-1; cakes=whole:8:40; price=half:1:4; taken=price:60:300; helper=first",
        """{team}, {day}
        {cakes} cakes sold, {price} euros a slice
        Taken in: {taken:money} euros
        {helper} keeps the money until Friday.""",
        (
            ("the money taken in", "{taken:money} euros"),
            ("the number of cakes sold", "{cakes} cakes"),
            ("the price of a slice", "{price} euros"),
            ("the name of who keeps the money", "{helper}"),
        ),
        "on {day} {cakes} cakes brought {taken:money} euros, which {helper} keeps",
    ),
    TextKind(
        _TRAIN,
        "experiment sheet|lab notes|lab report",
        "{code}",
        "the {word} {code}",
        "code=code:E-##; day=day:-40:-1; grams=half:2:60; degrees=whole:20:95; minutes=whole:5:90:5; "
        "result=pick:clear|cloudy|green|solid|pink",
        """{code}, {day}
        {grams} g of salt in warm water, {degrees} degrees
        stirred for {minutes} minutes
        result: {result}""",
        (
            ("the temperature", "{degrees} degrees"),
            ("the amount of salt", "{grams} g"),
            ("the time of stirring", "{minutes} minutes"),
            ("the result", "{result}"),
        ),
        "{code}: {grams} g of salt at {degrees} degrees, stirred for {minutes} minutes, turned {result}",
    ),
    TextKind(
        _TRAIN,
        "rules|house rules|club rules",
        "{subject}",
        "the {word} for the {subject}",
        "subject=subject; open=clock:7:10; close=clock:18:21; guests=whole:1:6; fine=whole:5:50:5; keeper=person",
        """{word:cap} ({subject})
        1. Open from {open} to {close}.
        2. At most {guests} guests each.
        3. Lost keys cost {fine} euros.
        4. Ask {keeper} for anything else.""",
        (
            ("the closing time", "{close}"),
            ("the cost of a lost key", "{fine} euros"),
            ("the number of guests allowed", "{guests} guests"),
            ("the name of who to ask", "{keeper}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "invitation|invite|party invitation",
        "{person}",
        "the {word} from {person}",
        "person=first; day=day:6:60; at=clock:12:20; street=street; answer=day:2:5; bring=food",
        """Come and celebrate with {person}!
        {day}, {at}, {street}
        Please answer by {answer}.
        No presents, but bring some {bring}.""",
        (
            ("the day of the party", "{day}"),
            ("the address", "{street}"),
            ("the day by which to answer", "{answer}"),
            ("the thing to bring", "some {bring}"),
        ),
        "{person} celebrates on {day} at {at}, {street}; answer by {answer}",
    ),
)
