"""Words for scenes: people, towns, goods, ... Each pool is parted among the splits by hash; take words with `draw.of`.

Families add pools of their own where these don't serve. Nothing here names a real person or company.
"""

from __future__ import annotations

from umi_local.worlds.draw import Draw, Pool

FIRST_NAMES = Pool(
    """Ada|Adrian|Agnes|Ahmed|Aisha|Akira|Alan|Alba|Albert|Alena|Alice|Amara|Amir|Ana|Anders|Andrea|Anita|Anton|Anya
    |Arjun|Astrid|Beatriz|Ben|Bianca|Boris|Bruno|Camila|Carla|Carlos|Cecilia|Celine|Chen|Chiara|Chloe|Clara|Daniel|Dara
    |David|Deborah|Dimitri|Dora|Edgar|Elena|Elias|Elif|Emeka|Emil|Emma|Enzo|Erik|Esther|Eva|Farah|Fatima|Felix|Fiona
    |Frank|Freya|Gabriel|George|Gita|Grace|Greta|Hana|Hannah|Hans|Hassan|Helen|Henrik|Hiro|Hugo|Ibrahim|Ida|Igor|Imani
    |Ines|Ingrid|Irina|Isaac|Ivan|Jamal|Jan|Jana|Jasmin|Joan|Jonas|Jorge|Josef|Juan|Judith|Julia|Kai|Karim|Karin|Karl
    |Katya|Kenji|Khalid|Kira|Kofi|Lars|Laura|Leila|Leo|Lena|Lin|Linda|Lucas|Lucia|Luis|Magnus|Maja|Malik|Marco|Maria
    |Marta|Martin|Mateo|Maya|Mei|Mila|Mina|Mira|Mohan|Nadia|Naomi|Nia|Nico|Nils|Nina|Noah|Nora|Olga|Oliver|Omar|Oscar
    |Pablo|Paula|Pedro|Petra|Philip|Priya|Rafael|Rahul|Ramona|Ravi|Rebecca|Rita|Robert|Rosa|Ruth|Salma|Samir|Sanjay
    |Sara|Selma|Silvia|Simon|Sofia|Stefan|Sunita|Sven|Tamar|Tara|Theo|Thomas|Tina|Tomas|Ursula|Vera|Victor|Viktor
    |Wanda|Werner|Xenia|Yara|Yusuf|Yuki|Zara|Zoe"""
)
LAST_NAMES = Pool(
    """Abara|Adler|Ahlgren|Alvarez|Amadi|Andersen|Antonov|Arnold|Bailey|Baker|Banerjee|Barros|Bauer|Becker|Bennett|Berg
    |Bianchi|Blake|Bosch|Brandt|Brown|Bruun|Campos|Carter|Castillo|Chan|Chaudhry|Clarke|Cohen|Conti|Costa|Dahl|Dalton
    |Das|Delgado|Diaz|Dubois|Duran|Eklund|Ellis|Engel|Farkas|Fernandes|Fischer|Fleming|Foster|Fuentes|Garcia|Gibson
    |Gomez|Greene|Gruber|Gupta|Haas|Hansen|Harris|Hartmann|Hayes|Heller|Herrera|Hoffman|Holm|Horvat|Hughes|Iversen
    |Jacobs|Jansen|Jensen|Johansson|Kaplan|Kato|Keller|Kelly|Khan|Kim|Klein|Kowalski|Kovacs|Kruger|Kumar|Lange|Larsen
    |Lehmann|Lindgren|Lopez|Lorenz|Madsen|Marino|Marsh|Mendes|Meyer|Miller|Moreau|Moreno|Morris|Murphy|Nagy|Nakamura
    |Navarro|Nguyen|Nielsen|Novak|Nowak|Oduya|Okafor|Olsen|Ortega|Osei|Palmer|Park|Patel|Pavlov|Pereira|Petrov|Popescu
    |Porter|Quinn|Rao|Reed|Reyes|Ricci|Richter|Rios|Romano|Rossi|Roth|Russo|Sahin|Santos|Sato|Schmidt|Schulz|Sharma
    |Silva|Singh|Sorensen|Spencer|Stein|Suzuki|Svensson|Tanaka|Torres|Turner|Vance|Varga|Vega|Virtanen|Vogel|Wagner
    |Walsh|Weber|Webb|Winter|Wolf|Wong|Yamada|Yilmaz|Young|Zhang|Ziegler|Zimmer"""
)
TOWNS = Pool(
    """Aarhus|Accra|Adelaide|Aleppo|Almaty|Amman|Antwerp|Athens|Auckland|Austin|Baku|Bari|Basel|Bergen|Berlin|Bern
    |Bilbao|Bogota|Bologna|Boston|Bratislava|Bremen|Brest|Brighton|Bristol|Brno|Bruges|Brussels|Bucharest|Budapest
    |Cairo|Calgary|Cardiff|Chicago|Cologne|Cork|Cusco|Dakar|Dallas|Delft|Denver|Dresden|Dublin|Dundee|Durban
    |Edinburgh|Espoo|Essen|Exeter|Faro|Florence|Galway|Gdansk|Geneva|Genoa|Ghent|Girona|Glasgow|Granada|Graz|Haarlem
    |Hamburg|Hanoi|Havana|Helsinki|Innsbruck|Izmir|Jakarta|Kampala|Kazan|Kiel|Kigali|Kobe|Krakow|Kyoto|Lagos|Lausanne
    |Leeds|Leiden|Leipzig|Lille|Lima|Linz|Lisbon|Liverpool|Ljubljana|Lodz|London|Lucerne|Lund|Lyon|Madrid|Malaga
    |Malmo|Manila|Marseille|Melbourne|Memphis|Milan|Montreal|Munich|Nagoya|Nairobi|Nantes|Naples|Odense|Oporto
    |Osaka|Oslo|Ottawa|Oxford|Palermo|Parma|Perth|Phoenix|Pisa|Plovdiv|Porto|Prague|Quito|Ravenna|Reims|Riga|Rome
    |Rostock|Rotterdam|Salzburg|Santiago|Seattle|Seoul|Seville|Siena|Sofia|Stockholm|Strasbourg|Stuttgart|Sydney
    |Taipei|Tallinn|Tampere|Tartu|Tbilisi|Tokyo|Toledo|Toronto|Toulouse|Trento|Trieste|Tunis|Turin|Turku|Uppsala
    |Utrecht|Valencia|Vienna|Vilnius|Warsaw|Wroclaw|York|Zagreb|Zurich"""
)
STREETS = Pool(
    """Abbey Road|Acacia Lane|Alder Street|Apple Grove|Ash Avenue|Baker Lane|Bank Street|Beech Road|Bell Lane|Birch Way
    |Bridge Street|Brook Lane|Canal Street|Castle Hill|Cedar Court|Chapel Lane|Cherry Road|Church Street|Clover Way
    |Cross Street|Dale Road|Dock Street|East Gate|Elm Street|Farm Lane|Fern Road|Field Way|Forest Road|Garden Street
    |Grove Lane|Harbour Road|Hazel Court|High Street|Hill Road|Ivy Lane|King Street|Lake View|Lark Rise|Lime Avenue
    |Maple Street|Market Square|Meadow Lane|Mill Road|Moor Lane|North Street|Oak Avenue|Orchard Road|Park Lane|Pine Street
    |Poplar Way|Quarry Road|Queen Street|River Walk|Rose Lane|School Road|South Bank|Spring Street|Station Road|Stone Lane
    |Summer Hill|Tower Street|Union Street|Valley Road|Vine Street|Walnut Court|West Road|Willow Lane|Windmill Street"""
)
GOODS = Pool(
    """alarm clock|apron|backpack|baking tray|basket|bath mat|beanie|bed sheet|bicycle bell|bike lock|binoculars|blanket
    |blender|bookend|boot rack|bottle opener|bread knife|broom|bucket|cable drum|camping stove|candle holder|canvas bag
    |card game|chair cushion|cheese grater|chess set|chopping board|coat hanger|coffee grinder|compass|cork board
    |desk fan|desk lamp|door stopper|drawing pad|dumbbell|egg timer|extension cord|fire pit|flashlight|flower pot
    |folding chair|fountain pen|frying pan|garden hose|gift box|glass jar|globe|hair dryer|hammock|hand mixer|headphones
    |hiking pole|hot water bottle|ice bucket|jigsaw puzzle|kettle|key ring|kitchen scale|kite|ladder|laptop stand
    |laundry basket|lunch box|mailbox|mixing bowl|mouse pad|mug|music box|night light|notebook|oven glove|paint brush
    |paper tray|pepper mill|phone case|picture frame|pillow|pocket knife|power bank|rain coat|reading lamp|rice cooker
    |rug|salad bowl|scarf|screwdriver|sewing kit|shelf|shoe rack|shower curtain|sketchbook|skipping rope|sleeping bag
    |soap dish|soup ladle|spice rack|stapler|step stool|storage box|suitcase|sunglasses|table cloth|tape measure|tea pot
    |tennis racket|tent|thermos|toaster|tool box|towel|travel pillow|tripod|umbrella|vase|wall clock|water bottle
    |watering can|whisk|wine glass|wool socks|yoga mat"""
)
COLOURS = Pool(
    """amber|apricot|ash grey|azure|beige|black|blue|bronze|brown|burgundy|caramel|copper|coral|cream|crimson|cyan
    |denim blue|emerald|fern green|gold|green|grey|indigo|ivory|khaki|lavender|lilac|lime|magenta|maroon|mint
    |mustard yellow|navy|ochre|olive|orange|peach|pink|plum|purple|red|rose|ruby|rust|salmon|sand|scarlet|silver
    |sky blue|slate|tan|teal|turquoise|violet|white|yellow"""
)
FOODS = Pool(
    """almonds|apples|apricots|asparagus|avocados|bananas|barley|basil|beans|beetroot|blueberries|bread|broccoli|butter
    |cabbage|carrots|cashews|cauliflower|celery|cheddar|cherries|chickpeas|chocolate|cinnamon|coconut milk|coffee
    |couscous|crackers|cream|cucumber|dates|eggs|feta|figs|flour|garlic|ginger|grapes|ham|hazelnuts|honey|hummus
    |jam|kale|ketchup|leeks|lemons|lentils|lettuce|limes|mangoes|maple syrup|milk|mozzarella|mushrooms|mustard|noodles
    |oats|olive oil|olives|onions|oranges|parsley|pasta|peaches|peanuts|pears|peas|peppers|pesto|plums|potatoes|pumpkin
    |quinoa|radishes|raisins|raspberries|rice|rosemary|rye|salmon|salt|sesame|spinach|strawberries|sugar|tea|thyme|tofu
    |tomatoes|tuna|turnips|vanilla|vinegar|walnuts|yeast|yogurt|zucchini"""
)
ANIMALS = Pool(
    """badger|bear|beaver|bison|camel|cat|cheetah|cobra|crane|crow|deer|dingo|dog|dolphin|eagle|elk|falcon|ferret|finch
    |fox|frog|gazelle|gecko|goat|goose|hare|hawk|hedgehog|heron|horse|ibex|jackal|jaguar|koala|lemur|leopard|lion|llama
    |lynx|magpie|marten|mole|moose|newt|octopus|orca|otter|owl|panda|panther|parrot|pelican|penguin|pony|puffin|puma
    |rabbit|raccoon|raven|robin|salamander|seal|sparrow|squirrel|stork|swan|tapir|tiger|toad|tortoise|turtle|walrus
    |weasel|whale|wolf|wombat|zebra"""
)
DEPARTMENTS = Pool(
    """accounting|advertising|analytics|archives|audit|billing|catering|compliance|customer care|design|development
    |dispatch|engineering|events|facilities|field service|finance|fleet|fundraising|grants|human resources|insurance
    |inventory|laboratory|legal|licensing|logistics|maintenance|marketing|media|operations|packaging|payroll|planning
    |procurement|product|production|public relations|purchasing|quality|reception|recruiting|research|returns|safety
    |sales|security|shipping|sourcing|strategy|support|tax|training|translation|travel|treasury|warehouse|web"""
)
_COMPANY_FIRST = (
    *(
        "Alder",
        "Amber",
        "Anchor",
        "Aspen",
        "Beacon",
        "Birch",
        "Bluebell",
        "Bramble",
        "Bright",
        "Cedar",
        "Cinder",
        "Clover",
    ),
    *("Coral", "Crest", "Dawn", "Delta", "Ember", "Fern", "Flint", "Granite", "Harbor", "Hazel", "Heron", "Hollow"),
    *("Iris", "Juniper", "Kestrel", "Lantern", "Larch", "Linden", "Maple", "Meadow", "Mistral", "North", "Oak", "Onyx"),
    *("Orchid", "Pebble", "Pine", "Quartz", "Raven", "Ridge", "River", "Rowan", "Sable", "Silver", "Stone", "Summit"),
    *("Thistle", "Tidal", "Timber", "Umber", "Velvet", "Willow", "Winter", "Yarrow"),
)
_COMPANY_LAST = (
    *("Bakery", "Books", "Brothers", "Builders", "Catering", "Consulting", "Crafts", "Dental", "Design", "Electric"),
    *("Energy", "Farms", "Foods", "Freight", "Group", "Labs", "Legal", "Logistics", "Media", "Motors", "Optics"),
    *("Partners", "Pharma", "Press", "Print", "Software", "Sports", "Studio", "Supplies", "Systems", "Tools", "Works"),
)
COMPANIES = Pool(f"{first} {last}" for first in _COMPANY_FIRST for last in _COMPANY_LAST)


def person(draw: Draw) -> str:
    """Return a full name."""
    return f"{draw.of(FIRST_NAMES)} {draw.of(LAST_NAMES)}"


def people(draw: Draw, count: int) -> list[str]:
    """Return full names; no two share a first or a last name."""
    firsts, lasts = draw.several_of(FIRST_NAMES, count), draw.several_of(LAST_NAMES, count)
    return [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]


def email_of(name: str, company: str = "example") -> str:
    """Return the address that a person of this name would have."""
    local = ".".join(name.lower().split())
    return f"{local}@{''.join(company.lower().split())}.example"
