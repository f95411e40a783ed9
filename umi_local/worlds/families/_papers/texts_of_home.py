"""Texts of a household: contracts, letters, plans, lists and manuals."""

from __future__ import annotations

from umi_local.worlds.families._papers.texts import TextKind
from umi_local.worlds.splits import Split

_TRAIN, _DEV, _TEST = Split.TRAIN, Split.DEV, Split.TEST

HOME_TEXTS = (
    TextKind(
        _TRAIN,
        "lease|rental contract|tenancy agreement",
        "{street}",
        "the {word} for {street}",
        "street=street; landlord=person; rent=whole:450:1600:10; deposit=whole:900:3000:50; notice=whole:2:6; "
        "begin=day:-900:-60",
        """{word:cap} for the flat at {street}
        Landlord: {landlord}
        Begins on {begin}. The monthly rent is {rent} euros, due on the 3rd.
        Deposit: {deposit} euros
        Either side may end it with {notice} months' notice.""",
        (
            ("the monthly rent", "{rent} euros"),
            ("the deposit", "{deposit} euros"),
            ("the name of the landlord", "{landlord}"),
            ("the notice period", "{notice} months"),
            ("the first day of the lease", "{begin}"),
        ),
        "a lease for {street}: {rent} euros a month, {deposit} euros deposit, landlord {landlord}",
    ),
    TextKind(
        _TRAIN,
        "phone contract|mobile contract|phone plan",
        "{company}",
        "my {word} with {company}",
        "company=company; fee=price:8:45; data=whole:5:80:5; until=day:30:500; number=code:########; weeks=whole:2:8",
        """{company} - your {word}
        Customer number {number}
        {data} GB of data a month for {fee:money} euros
        The contract runs until {until} and is renewed for a year
        unless you cancel {weeks} weeks before.""",
        (
            ("the monthly fee", "{fee:money} euros"),
            ("the customer number", "{number}"),
            ("the end of the contract", "{until}"),
            ("the amount of data included", "{data} GB"),
            ("the time for cancelling", "{weeks} weeks"),
        ),
        "a phone contract with {company}: {data} GB for {fee:money} euros a month, until {until}",
    ),
    TextKind(
        _TRAIN,
        "policy|insurance policy|insurance sheet",
        "{thing}",
        "the {word} for the {thing}",
        "thing=pick:bicycle|house|dog|piano|boat|caravan|camera|laptop; company=company; premium=price:40:400; "
        "excess=whole:50:500:50; number=code:@@-######; phone=phone",
        """Insurance for the {thing}
        Insurer: {company}
        Policy number: {number}
        Yearly premium: {premium:money} euros
        Excess for each claim: {excess} euros
        In case of damage call {phone}.""",
        (
            ("the policy number", "{number}"),
            ("the yearly premium", "{premium:money} euros"),
            ("the excess for a claim", "{excess} euros"),
            ("the number to call in case of damage", "{phone}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "warranty|warranty card|guarantee",
        "{good}",
        "the {word} of the {good}",
        "good=good; bought=day:-700:-5; shop=company; months=whole:6:60:6; serial=code:@###-####",
        """{word:cap} - {good}
        bought on {bought} at {shop}
        serial number {serial}
        valid for {months} months from the day of purchase""",
        (
            ("the serial number", "{serial}"),
            ("the day it was bought", "{bought}"),
            ("the shop it came from", "{shop}"),
            ("the length of the warranty", "{months} months"),
        ),
        "the warranty of the {good}, bought on {bought} and valid for {months} months",
    ),
    TextKind(
        _TRAIN,
        "packing list|travel list|luggage list",
        "{town}",
        "my {word} for {town}",
        "town=town; nights=whole:2:14; first=good; second=good; third=good; leave=day:2:60; shirts=whole:3:9",
        """{town}, {nights} nights, leaving {leave}
        - passport and tickets
        - {shirts} shirts
        - {first}
        - {second}
        - {third}""",
        (
            ("the day of departure", "{leave}"),
            ("the number of nights", "{nights} nights"),
            ("the number of shirts", "{shirts} shirts"),
        ),
        "a packing list for {nights} nights in {town} from {leave}",
    ),
    TextKind(
        _TRAIN,
        "guest sheet|house sheet|welcome sheet",
        "",
        "the {word}",
        "network=code:HOME-####; key=code:@@##-@@##-@@##; bins=pick:Monday|Tuesday|Thursday|Friday; neighbour=person; "
        "phone=phone",
        """Welcome!
        WiFi network {network}, key {key}
        The bins go out on {bins}.
        If anything breaks, ask {neighbour} next door, {phone}.""",
        (
            ("the WiFi key", "{key}"),
            ("the name of the network", "{network}"),
            ("the day for the bins", "{bins}"),
            ("the neighbour's phone number", "{phone}"),
        ),
        "what guests need: the WiFi {network}, the bins on {bins}, and {neighbour} next door for help",
    ),
    TextKind(
        _TEST,
        "landlord letter|notice|rent letter",
        "{street}",
        "the {word} about {street}",
        "street=street; landlord=person; old=whole:500:900:10; more=whole:20:90:5; new=sum:old:more; begin=day:30:120",
        """Dear tenant,
        as costs have gone up, the rent for {street} rises from {old} to {new} euros.
        The change takes effect on {begin}.
        Please adjust your standing order.
        {landlord}""",
        (
            ("the new rent", "{new} euros"),
            ("the old rent", "{old} euros"),
            ("the day the rent changes", "{begin}"),
        ),
        "a letter from {landlord}: the rent rises from {old} to {new} euros on {begin}",
    ),
    TextKind(
        _TRAIN,
        "repair quote|repair offer|estimate",
        "{thing}",
        "the {word} for the {thing}",
        "thing=pick:washing machine|roof|dishwasher|garage door|heating|front door|oven|chimney; firm=company; "
        "parts=whole:20:400:5; labour=whole:60:500:10; total=sum:parts:labour; visit=day:3:40; at=clock:8:16",
        """{firm}: {word} ({thing})
        parts {parts} euros
        labour {labour} euros
        total {total} euros
        We can come on {visit} at {at}.""",
        (
            ("the total price", "{total} euros"),
            ("the price of the parts", "{parts} euros"),
            ("the time of the visit", "{visit} at {at}"),
            ("the name of the firm", "{firm}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "birthday plan|party plan|birthday notes",
        "{first}",
        "the {word} for {first}",
        "first=first; day=day:4:80; at=clock:14:20; guests=whole:8:40; place=pick:the garden|the club room|our kitchen"
        "|the boathouse|the park; cake=pick:chocolate|lemon|carrot|apple|cherry",
        """{first}'s party is on {day}, from {at}, in {place}.
        {guests} guests have said yes.
        Cake: {cake}. Still to buy: candles, juice, napkins.""",
        (
            ("the day of the party", "{day}"),
            ("the number of guests", "{guests} guests"),
            ("the place of the party", "{place}"),
            ("the kind of cake", "{cake}"),
        ),
        "{first}'s party on {day} at {at} in {place}, with {guests} guests and a {cake} cake",
    ),
    TextKind(
        _TRAIN,
        "garden diary|garden notes",
        "",
        "my {word}",
        "one=food; two=food; sown=day:-90:-30; picked=day:-20:-1; kilos=half:1:9; beds=whole:2:8",
        """{sown}: sowed {one} in {beds} beds
        {picked}: first harvest of {two}, {kilos} kg
        The {one} need water every other day.""",
        (
            ("the day the {one} were sown", "{sown}"),
            ("the weight of the first {two}", "{kilos} kg"),
            ("the number of beds", "{beds} beds"),
        ),
    ),
    TextKind(
        _TEST,
        "car service|service report|inspection",
        "{plate}",
        "the {word} for {plate}",
        "plate=code:@@-##-@@; garage=company; km=whole:20000:180000:100; cost=price:120:700; next=day:150:400; oil=half:3:6",
        """{garage} - {word} of {plate}
        Odometer: {km} km
        Oil changed ({oil} l), brakes checked
        Paid: {cost:money} euros
        Next visit due {next}""",
        (
            ("the mileage", "{km} km"),
            ("the price paid", "{cost:money} euros"),
            ("the date of the next visit", "{next}"),
            ("the amount of oil", "{oil} l"),
        ),
        "the car {plate} was serviced at {km} km for {cost:money} euros; next due {next}",
    ),
    TextKind(
        _TRAIN,
        "moving plan|moving notes",
        "{town}",
        "the {word} for {town}",
        "town=town; day=day:10:120; van=price:80:300; boxes=whole:20:90:5; helper=first; other=first; key=day:5:9",
        """Moving to {town} on {day}
        Van: {van:money} euros for the day, {helper} drives
        Boxes: {boxes}
        Keys are handed over on {key}, {other} meets the owner""",
        (
            ("the day of the move", "{day}"),
            ("the price of the van", "{van:money} euros"),
            ("the number of boxes", "{boxes} boxes"),
            ("the name of the driver", "{helper}"),
        ),
        "the move to {town} on {day} with {boxes} boxes and a van that {helper} drives",
    ),
    TextKind(
        _TRAIN,
        "babysitter sheet|babysitter notes",
        "{first}",
        "the {word} for {first}",
        "first=first; bed=clock:18:20; story=animal; doctor=person; phone=phone; snack=food",
        """{first} goes to bed at {bed}, after the story of the {story}.
        Snack before: {snack}, no sweets.
        Doctor: {doctor}, {phone}""",
        (
            ("{first}'s bedtime", "{bed}"),
            ("the doctor's phone number", "{phone}"),
            ("the name of the doctor", "{doctor}"),
            ("the snack", "{snack}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "pet sheet|pet notes",
        "{animal}",
        "the {word} for the {animal}",
        "animal=pick:cat|dog|rabbit|parrot|tortoise|goldfish|hamster; meals=whole:1:4; grams=whole:20:200:10; vet=person; "
        "phone=phone; pill=day:3:30",
        """The {animal} eats {meals} times a day, {grams} g each time.
        Next worming tablet on {pill}.
        Vet: Dr {vet}, {phone}""",
        (
            ("the size of a portion", "{grams} g"),
            ("the day of the next tablet", "{pill}"),
            ("the vet's phone number", "{phone}"),
            ("the name of the vet", "{vet}"),
        ),
        "how to feed the {animal}: {grams} g, {meals} times a day; the next tablet is due on {pill}",
    ),
    TextKind(
        _DEV,
        "meter reading|meter sheet",
        "{street}",
        "the {word} of {street}",
        "street=street; read=day:-60:-2; power=whole:2000:9000; water=whole:100:900; gas=whole:1000:7000; due=day:5:40",
        """Meters at {street}, read on {read}
        electricity {power} kWh
        water {water} cubic metres
        gas {gas} kWh
        to be sent in by {due}""",
        (
            ("the reading of the electricity meter", "{power} kWh"),
            ("the reading of the water meter", "{water} cubic metres"),
            ("the day by which it must be sent in", "{due}"),
            ("the day it was read", "{read}"),
        ),
        "the meters at {street}: {power} kWh of electricity and {gas} kWh of gas",
    ),
    TextKind(
        _TRAIN,
        "dentist|appointment|checkup",
        "{first}",
        "the {word} note for {first}",
        "first=first; doctor=person; day=day:3:90; at=clock:8:17; room=whole:1:9; phone=phone",
        """Reminder for {first}
        Your appointment with Dr {doctor} is on {day} at {at}, room {room}.
        To cancel, call {phone} a day ahead.""",
        (
            ("the time of the appointment", "{day} at {at}"),
            ("the name of the doctor", "{doctor}"),
            ("the number of the room", "room {room}"),
            ("the number to call for cancelling", "{phone}"),
        ),
        "{first} sees Dr {doctor} on {day} at {at} in room {room}",
    ),
    TextKind(
        _TEST,
        "vaccination record|vaccination card|shot record",
        "{first}",
        "the {word} of {first}",
        "first=first; last=day:-900:-100; next=day:40:600; batch=code:@@###; doctor=person",
        """{first} - vaccinations
        Tetanus: {last}, batch {batch}
        Booster needed by {next}
        Signed: {doctor}""",
        (
            ("the batch number", "{batch}"),
            ("the date of the last shot", "{last}"),
            ("the date by which the booster is needed", "{next}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "itinerary|travel plan|trip plan",
        "{town}",
        "the {word} for {town}",
        "town=town; other=town; leave=day:5:150; at=clock:6:12; train=code:IC ###; back=after:leave:5; hotel=street; "
        "price=price:60:240",
        """{town} trip
        {leave}, {at}: train {train} from {other}
        Hotel at {hotel}, {price:money} euros in all
        Back home on {back}""",
        (
            ("the day of departure", "{leave}"),
            ("the number of the train", "{train}"),
            ("the price of the hotel", "{price:money} euros"),
            ("the day of the return", "{back}"),
        ),
        "a trip to {town} by train {train} from {leave} to {back}",
    ),
    TextKind(
        _TRAIN,
        "hotel booking|booking|room booking",
        "{town}",
        "the {word} in {town}",
        "town=town; code=code:@@@###; nights=whole:1:9; price=whole:60:190:5; total=times:nights:price; arrive=day:4:120; "
        "free=after:arrive:-2",
        """Booking {code}, {town}
        Arrival: {arrive}
        {nights} nights at {price} euros = {total} euros
        Breakfast included. You can cancel free of charge until {free}.""",
        (
            ("the booking code", "{code}"),
            ("the day of arrival", "{arrive}"),
            ("the total price", "{total} euros"),
            ("the last day for cancelling", "{free}"),
            ("the price per night", "{price} euros"),
        ),
        "a booking in {town} for {nights} nights from {arrive}, {total} euros in all",
    ),
    TextKind(
        _TEST,
        "ticket|train ticket|ferry ticket",
        "{town}",
        "the {word} to {town}",
        "town=town; other=town; day=day:2:70; at=clock:6:19; seat=whole:11:96; car=whole:1:12; price=price:12:90; "
        "code=code:@##@##",
        """{other} - {town}
        {day}, departure {at}
        Coach {car}, seat {seat}
        Fare {price:money} euros, reference {code}""",
        (
            ("the seat", "seat {seat}"),
            ("the departure time", "{at}"),
            ("the fare", "{price:money} euros"),
            ("the reference", "{code}"),
            ("the day of the journey", "{day}"),
        ),
        "a ticket from {other} to {town} on {day} at {at}, coach {car}, seat {seat}",
    ),
    TextKind(
        _TRAIN,
        "bank letter|loan letter|loan sheet",
        "{number}",
        "the {word} {number}",
        "number=code:####; owed=whole:2000:20000:100; rate=half:2:7; monthly=whole:90:400:10; last=day:300:2000; clerk=person",
        """Your loan {number}
        Still owed: {owed} euros
        Interest: {rate} percent a year
        Monthly payment {monthly} euros, the last one on {last}
        Questions? Ask for {clerk}.""",
        (
            ("the sum still owed", "{owed} euros"),
            ("the monthly payment", "{monthly} euros"),
            ("the interest rate", "{rate} percent"),
            ("the day of the last payment", "{last}"),
        ),
        "loan {number}: {owed} euros still owed, {monthly} euros a month until {last}",
    ),
    TextKind(
        _TEST,
        "tax letter|tax notice|tax statement",
        "{year}",
        "the {word} for {year}",
        "year=pick:2022|2023|2024|2025; number=code:##/###/#####; back=price:40:900; pay=day:5:60; office=town",
        """Tax office {office}
        Your number: {number}
        For {year} we pay you back {back:money} euros.
        The money is on its way and arrives by {pay}.""",
        (
            ("the tax number", "{number}"),
            ("the refund", "{back:money} euros"),
            ("the day by which the money arrives", "{pay}"),
        ),
        "the tax office {office} pays back {back:money} euros for {year} by {pay}",
    ),
    TextKind(
        _TRAIN,
        "gym contract|gym membership|membership card",
        "{first}",
        "the {word} of {first}",
        "first=first; fee=price:15:60; number=code:M-#####; until=day:20:400; trainer=first; "
        "day=pick:Monday|Wednesday|Thursday|Saturday",
        """Member {number}: {first}
        {fee:money} euros a month, paid up to {until}
        Course with {trainer} every {day} evening""",
        (
            ("the member number", "{number}"),
            ("the monthly fee", "{fee:money} euros"),
            ("the day until which it is paid", "{until}"),
            ("the day of the course", "{day}"),
        ),
    ),
    TextKind(
        _TRAIN,
        "library notice|library letter|overdue notice",
        "{first}",
        "the {word} for {first}",
        "first=first; one=animal; two=town; fee=price:1:9; due=day:-20:-2; card=code:####-####",
        """Card {card}
        Dear {first}, these books were due on {due}:
        "The {one} of the Hills", "A Winter in {two}"
        The fee so far is {fee:money} euros.""",
        (
            ("the fee so far", "{fee:money} euros"),
            ("the number of the library card", "{card}"),
            ("the day the books were due", "{due}"),
        ),
        "the library says that two books were due on {due} and the fee is {fee:money} euros",
    ),
    TextKind(
        _TEST,
        "subscription|reader letter|magazine order",
        "{subject}",
        "the {word} about {subject}",
        "subject=pick:chess|gardens|trains|sailing|history|cooking|stars; price=price:20:90; issues=whole:4:12; "
        "end=day:30:300; number=code:S####",
        """Thank you for reading our magazine on {subject}.
        Subscription {number} brings {issues} issues for {price:money} euros a year.
        It ends on {end} unless you renew.""",
        (
            ("the subscription number", "{number}"),
            ("the price for a year", "{price:money} euros"),
            ("the number of issues", "{issues} issues"),
            ("the day it ends", "{end}"),
        ),
        "subscription {number}: {issues} issues for {price:money} euros, ending on {end}",
    ),
    TextKind(
        _TRAIN,
        "pill plan|medicine plan|tablet plan",
        "{first}",
        "the {word} for {first}",
        "first=first; mg=whole:50:500:50; times=whole:1:4; days=whole:5:20; begin=day:-6:-1; doctor=person",
        """For {first}, from {begin}
        one tablet of {mg} mg, {times} times a day, with food
        for {days} days
        prescribed by {doctor}""",
        (
            ("the dose of a tablet", "{mg} mg"),
            ("the number of days to take it", "{days} days"),
            ("the name of the doctor", "{doctor}"),
            ("the first day", "{begin}"),
        ),
    ),
    TextKind(
        _DEV,
        "glasses order|lens order|optician order",
        "{first}",
        "the {word} of {first}",
        "first=first; left=half:1:5; right=half:1:5; price=price:90:400; ready=day:2:20; code=code:L-####",
        """Order {code} for {first}
        left -{left}, right -{right}
        price {price:money} euros
        ready for collection on {ready}""",
        (
            ("the order number", "{code}"),
            ("the price", "{price:money} euros"),
            ("the day it is ready", "{ready}"),
        ),
        "glasses for {first}, {price:money} euros, ready on {ready}",
    ),
)
