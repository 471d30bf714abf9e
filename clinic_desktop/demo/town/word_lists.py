"""The stock of words that street, quarter, park and lake names are made of."""


def _words(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


SURNAMES = _words(
    "Adair Alcott Ashby Barlow Barton Beecham Belden Bissell Boone Bradley Brewster Calhoun "
    "Carver Cass Chandler Chouteau Clayton Colfax Corbin Crane Curtis Dabney Dalton Decker "
    "Delmore Denton Dillon Drexel Dunham Eaton Ellery Emmet Fairfax Fenton Forrest Foster "
    "Fremont Gage Garner Gentry Gilmore Grady Grant Griffin Hadley Hale Halstead Hancock Harlan "
    "Harrison Hayes Holloway Hooker Houston Hudson Ingram Irving Jarvis Jefferson Jennings "
    "Keller Kemper Kendall Kirby Lafayette Lamar Lawton Lindell Linden Logan Lowell Lyndale Lyon "
    "Madison Marcy Marion Marshall Mercer Merritt Monroe Morton Nash Newell Norwood Oakley Olney "
    "Osage Palmer Parker Penrose Perry Pershing Pierce Porter Quincy Ralston Ransom Redfern "
    "Ridley Roscoe Rutledge Salisbury Schuyler Selby Seward Shelby Sheridan Sterling Sumner "
    "Taylor Thatcher Tilden Tyler Upton Vernon Wabash Wagner Waldo Warren Webster Wells Whitman "
    "Wilder Winslow Woodrow Wyatt Yates Yeager Zimmer"
)
SOUTHERN = _words(
    "Acacia Alder Arbor Aspen Balsam Basswood Beech Birch Buckeye Catalpa Cedar Cherry Clover "
    "Cottonwood Cypress Dogwood Elder Fern Fir Forest Ginkgo Hackberry Hawthorn Hazel Hemlock "
    "Hickory Holly Iris Ironwood Ivy Juniper Larch Laurel Lilac Linn Magnolia Mimosa Mulberry "
    "Myrtle Oak Olive Orchard Osage Pecan Persimmon Pine Poplar Quince Redbud Rose Rowan "
    "Sassafras Spruce Sumac Tamarack Tupelo Vine Violet Willow Yarrow Yew Zinnia Alabama "
    "Arkansas Dakota Delaware Florida Georgia Idaho Illinois Iowa Kansas Kentucky Louisiana "
    "Maryland Michigan Montana Nebraska Nevada Ohio Oregon Tennessee Texas Utah Vermont Virginia "
    "Wyoming"
)
CROSS_STREETS = _words(
    "Sycamore Walnut Locust Olive Chestnut Pine Spruce Cedar Mulberry Elm Plum Market Main Court "
    "Vine Washington Adams Jackson Franklin Liberty Union Commerce Mill Wharf Custom Bridge "
    "Levee Granite Steamboat"
)
LANDING = _words(
    "Ferry Pilot Packet Anchor Lantern Cooper Chandlery Sawmill Mason Harbor Cable Foundry "
    "Wheelhouse Barge Gantry"
)
BOULEVARDS_NS = _words(
    "Kingsbury Boulevard;Halcyon Avenue;Old Orchard Road;Gravel Hill Road;Belleview Boulevard;"
    "Seminary Avenue;Quarry Road;Pritchard Road;Tower Hill Road;Stony Ford Road;Garrison Avenue;"
    "Harvester Road;Fairgrounds Road;Turkey Creek Road;Blackjack Road;Coldwater Road;"
    "Lost Prairie Road;Meadowlark Road;Hornbeam Road;Cantrell Road",
    ";",
)
BOULEVARDS_EW = _words(
    "Meridian Boulevard;Arsenal Avenue;College Avenue;Mill Creek Road;Prairie Avenue;"
    "Bluff View Road;Airport Road;Lake Shore Road;Ridge Avenue;Waterworks Road;Manor Boulevard;"
    "Bottoms Road;County Line Road;Chapel Road;Salt Lick Road;Grange Road;Flint Hill Road;"
    "Cave Spring Road;Sugar Tree Road;Pond Fort Road",
    ";",
)
PIKES = _words(
    "Hollis Pike;Old State Road;Carrollton Pike;Plank Road;Santa Clara Pike;Depot Road;"
    "Harper Ferry Pike;Telegraph Hill Road",
    ";",
)
FIRST_HALF = _words(
    "Fox Heather Stone Brook Amber Autumn Birch Bramble Briar Canter Cardinal Chestnut Clear "
    "Copper Cobble Coral Country Crest Deer Eagle Elk Fair Falcon Fern Fawn Garden Golden Grand "
    "Green Harvest Hawk Hazel Heron Hidden High Honey Hunter Indigo Ivy Juniper Lake Lark Laurel "
    "Little Long Maple Marsh Meadow Mill Mist Morning Moss North Oak Old Orchard Oriole Otter "
    "Partridge Pebble Pheasant Pine Plum Prairie Quail Quiet Rain River Robin Rolling Rose Royal "
    "Saddle Sage Shady Silver Spring Summer Sun Swan Thistle Timber Trail Twin Valley Walnut "
    "Wander White Wild Willow Wind Winter Wolf Wood Wren"
)
SECOND_HALF = _words(
    "Hollow Ridge Run Bend Crossing Field Creek Glen Grove Hill Knoll Landing Leaf Meadow Mist "
    "Moor Park Path Pass Point Pond Rock Spring Stream Terrace Trace Vale View Vista Walk Water "
    "Way Wind Woods Brook Branch Chase Bluff Fork Gate Haven Mill"
)
QUARTERS = _words(
    "Old Mill;College Hill;Garrison Heights;Linden Park;Prairie View;Carver Square;Orchard Hill;"
    "Bellevue;Quarry Hill;Kingsbury;Sycamore Flats;Fairgrounds;Meadowbrook;Harlan Place;"
    "Tower Grove North;Brewery Hill;Riverside;Lyndale;Seminary;Foxridge;Stonegate;Timberlake;"
    "Cedar Glen;Heritage Oaks;Whispering Pines;Walnut Creek;Summerfield;Deer Run;Eagle Crest;"
    "Copper Ridge;Shady Grove;Twin Ponds;Autumn Chase;Morningside;Partridge Farm;Mill Race;"
    "Highland Terrace;Larkspur;Hunter Glen;Saddlebrook;Thornhill;Waterford;Westbrook;Eastgate;"
    "Northfield;Southport;Maple Bluff;Silver Lake;Windmill Point;Rolling Acres;Clover Hill;"
    "Hawthorne;Beechwood;Ashgrove;Briarcliff;Glen Haven;Pheasant Run;Oak Terrace;Stony Brook;"
    "Golden Valley",
    ";",
)
VILLAGES = _words(
    "Alder Grove;Pinckard;New Salem;Dutch Mill;Hollister Junction;Ransom Ford",
    ";",
)
PARKS = _words(
    "Founders Park;Lindell Park;Wabash Park;Heron Park;Memorial Park;Settlers Park;Cooper Green;"
    "Harmony Park;Juniper Park;Union Park;Sheridan Square;Carver Park;Osage Park;Lantern Green;"
    "Pershing Park;Buttonwood Park;Compass Park;Kite Hill Park;Mulberry Park;Willow Park",
    ";",
)
LAKES = _words(
    "Lake Marian;Heron Pond;Mirror Lake;Loon Lake;Miller Pond;Lake Adair;Turtle Lake;Spring Lake;"
    "Kettle Pond;Quarry Lake;Lotus Lake;Cattail Pond",
    ";",
)
