"""Words for files, folders and notes, parted among the splits."""

from __future__ import annotations

from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.pools import LAST_NAMES, TOWNS

FOLDERS = Pool(
    """admin|agenda|albums|archive|attic|backup|bank|bills|car|certificates|clients|club|collected|contracts|copies|course
    |desktop|downloads|drafts|exports|family|finance|flat|forms|garage|garden|health|history|hobby|holiday|home|house
    |import|inbox|incoming|insurance|invoices|job|keep|kitchen|later|letters|lists|logs|manuals|meetings|misc|money
    |notes-old|office|old|open|orders|outbox|paid|papers|personal|pets|plans|post|printed|private|projects|quotes|receipts
    |records|reports|research|reviews|scans|school|sent|shared|shopping|sorted|sports|statements|study|summer|team|temp
    |templates|todo|tools|travel|trips|unpaid|versions|work|year"""
)
SUBJECTS = Pool(
    """aquarium|archive|attic|balcony|band|bathroom|bike repair|birthday|boat|boiler|book club|budget|cabin|campaign|canteen
    |car|cellar|charity|choir|christening|cinema|clinic|club|concert|conference|contract|cooking class|course|dentist
    |election|event|excursion|exhibition|fence|festival|fireplace|fundraiser|furniture|garage|garden|greenhouse|gym
    |harvest|heating|holiday|house|insurance|internship|interview|kennel|kitchen|language course|laundry|lease|library
    |loan|lottery|market stall|meeting|moped|mortgage|move|museum|neighbours|newsletter|orchard|painting|parade|party
    |pension|piano|picnic|playground|pottery|project|quarterly review|quiz night|recipe|renovation|rent|roof|sailing|school
    |shed|ski trip|solar panels|stable|summer camp|survey|tax|theatre|training|trip|tutoring|visa|warranty|wedding|workshop"""
)
ERRANDS = Pool(
    """air the guest room|answer the survey|back up the laptop|book the train tickets|bring the bottles back
    |buy a birthday card|buy printer paper|buy stamps|call the bank|call the plumber|cancel the magazine|change the bed sheets
    |change the light bulb|charge the drill|check the tyre pressure|clean the oven|clean the windows|clear the gutter
    |collect the parcel|compare electricity prices|confirm the dentist|copy the keys|count the spare keys|cut the hedge
    |defrost the freezer|descale the kettle|draft the newsletter|dust the shelves|empty the compost|empty the mailbox
    |feed the fish|file the receipts|find the warranty card|fix the garden gate|fold the laundry|frame the poster
    |glue the chair leg|hang up the mirror|hire a van|insulate the attic|invite the neighbours|iron the shirts
    |label the boxes|lend out the ladder|measure the window|mend the curtain|mop the hall|mow the lawn|oil the hinges
    |order firewood|order new glasses|pack the suitcase|paint the fence|pay the water bill|pick up the dry cleaning
    |plan the menu|plant the tulips|polish the shoes|post the letters|prepare the slides|print the photos|prune the roses
    |put up the tent|read the meter|register for the course|renew the passport|repair the bicycle|replace the filter
    |reply to the landlord|reserve a table|return the library books|scan the contract|sell the old sofa
    |send the invoice|set up the printer|sharpen the knives|sign the lease|sort the screws|start the dishwasher
    |stock up on batteries|submit the timesheet|sweep the yard|take down the lights|test the smoke alarm
    |thank the neighbours|tidy the garage|translate the letter|tune the guitar|unblock the sink|update the address book
    |vacuum the car|visit the museum|wash the car|water the plants|weed the path|wind the clock|wrap the presents
    |write the report|write the thank-you cards"""
)
LINES = Pool(
    """All doors are locked at ten|Apples are cheaper on Fridays|Ask for the blue form|Batteries are in the top drawer
    |Bring your own cup|Call back after lunch|Check the back door twice|Coffee is in the left cupboard
    |Count the chairs first|Don't forget the receipt|Dinner is at half past seven|Every member gets a key
    |Feed the cat before leaving|Fill in both pages|Gloves are in the box|Half of the money is paid
    |Hand in the form at the desk|Keep the window shut|Keys are under the pot|Leave the parcel next door
    |Leave your shoes outside|Lunch is at noon|Meet at the north gate|Milk is nearly gone|New plates are on order
    |No parking before nine|Only the red button works|Order more paper|Park behind the school|Pay in cash only
    |Please use the side door|Put the bins out on Monday|Read the second chapter|Return the ladder soon
    |Room three is too small|Rosa has the spare key|Send the photos to everyone|Shake before opening
    |Sign on the last page|Spare bulbs are in the attic|Start with the easy part|Take the early train
    |Tea is free on Sundays|Tell the others about the change|The alarm goes off at six|The answer is on page nine
    |The bakery opens at seven|The boiler was checked in May|The bridge is closed|The bus stops at the corner
    |The car needs new tyres|The code has four digits|The concert was moved|The dog is afraid of trucks
    |The door sticks in winter|The garden needs water|The heating is off at night|The invoice is wrong
    |The lamp on the stairs flickers|The last one turns off the light|The new desk arrives on Tuesday
    |The office is closed in August|The pan must not be scrubbed|The plan has to be signed
    |The plumber comes on Wednesday|The post office shuts at five|The printer is out of ink
    |The road is icy in the morning|The shop has moved|The soup needs salt|The tickets are in the drawer
    |The train was late again|The vase goes on the shelf|The water was cold today|There is cake in the kitchen
    |Three people have said no|Turn off the gas|Two chairs are broken|Use the old paint first|Wait for the second bell
    |Wash it at thirty degrees|Water the plants twice|We meet in the small room|Write down the meter reading
    |Your turn to cook"""
)
TAGS = ("home", "work", "garden", "shopping", "club", "school", "family", "travel", "money", "health")
ROOTS = ("documents", "files", "data", "stuff", "desk", "papers", "home")
CITY_WORDS = ("north", "south", "east", "west", "central", "harbour", "old town", "riverside")


def slug(text: str) -> str:
    """Return words as they stand in a file's name."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def team_name(draw: Draw) -> str:
    """Return a name for a club, a school or an office: after a place or a family."""
    return draw.pick((draw.of(TOWNS), draw.of(LAST_NAMES)))
