/**
 * Words people write to an office, commonest first, to tell a word from a disguise: "4r3" is "are", and "a10" is a road. Made
 * by counting training/data (`[a-z]+('[a-z]+)?` in lower case): the words that are whole pieces of the text model's own
 * vocabulary and stand there four times (of three letters or fewer, eight), contractions that stand there five times, and the
 * words of the lexicon, slurs and towns that hold such words however rare. Content warning: unmasked abuse.
 */
const COMMONEST = `
the and to in you on my it for of at is your with that me was i'm one i've be not no her it's from they do all have
this got about up he can are out our so them what who we has been get she by if off like don't his had know as there
back say he's us new office now an but says two put him see just every here said i'd day please again image i'll did
that's time want told when she's tell go can't will last good only or down never there's man since come home years
school tom how people should council kids still vote today night after mp ask old you're own then three does nobody
next week hartley over think thank look would year going need well ring lad could sorry were won't more asked bus why
its done anyone name same house where any door open left someone take till before work mum am through let came took
street first number lot their car right friday you've road morning stop hope keep letter under somebody police because
phone read nothing lost everyone lads bank nice send post dog wrong isn't photo lovely they've round pay surgery bring
went four being page hi free help outside thing they're woman sunday gone tonight we've too dad than found made wife
half some wants make six way thanks monday we're face which voted who's you'll gets called town family little money
give shop shut dear days love great asking coming run answer head husband dead weeks job ur whole saturday saying hall
other sent best you'd cut word better front park list mine card gave nine yours proud room hello didn't club paid call
times something happy thursday seen doing leave hospital find ten lane girl use goes twice water staff library form
team doesn't both stopped saw moved mr station bill behind im mum's long hear tuesday what's write very months always
another away sat five hours mother bit care month account end reply question flat full rang brother ever against may
thought minutes real place third blue mp's late into daughter son anything talk news tax fair meeting baby walk centre
women even those fire enough minister fat pm big whoever used show without mrs waiting law kind comes sister food lady
march many close welcome ones sign live needs walsh court hand bin line wrote fine wouldn't window these jo's ward
meet bad he'd each past tea church gate second shame couldn't men mean housing party sort looked stand yes sick much
getting we'll life black report hour licence christmas share mill book died kitchen message wait mate check bed bag
met bypass person mind example else nurse knows blood once wee box pass hotel paper dad's row site ok sleep girls case
firm parking red signed address van small service group looks wanted passport reading side english cat must chair miss
anybody hold drive everything email boy taken lights thick stood high white local ex while health top date forty heard
pension bridge eleven debate turn landlord here's tomorrow roof kept looking cllr works lose councillor watch writing
mps notice he'll nan names god train country hands dogs wall sit mosque turned floor they'll desk farm funny quiet
county speech link count cash start friend june folk voting village doctor having letters closed written shouldn't
hospice visa ours drop knife child class takes officer badge speak until congratulations boys market lass myself
neighbour really joke picture visit rest wasn't trust thinking set bought near gas things clean eight safe remember
change they'd useless block planning telling cow allowed taking support pip running changed gp families words across
hartley's children credit ye appointment delighted young register wife's green appeal crossing cousin estate nights
drink winter given lives blocked hit flats hasn't public crime eat seat table yer missed already sad daughter's coat
buy needed hes votes ban caseworker community lad's company flood queue hate bet text tom's dinner son's broken madam
garden light budget lock charity passed private kill papers order polling ugly hair pick nobody's whatever messages
cancelled weekend stay nhs parliament committee reported holiday fund reason driver smell lift kindly selling dying
it'll ref feel though election comment brother's cross spoke plan grand driving honest sold code one's bother camera
single killed constituency bloke won somebody's she'd cold manager play war poor die note petition board fix opens
point less fell nair haven't husband's gazette photos evening boss parents foot cake ran funeral aren't rent wish
grant mother's dropped believe proper view taxi born most walking comments sorted might sister's shed bath try move
complaint hard dr bench talking warm holding chat paying short nurses cancer different refused lunch keeps online
straight test also doors sir windows youth runs nearly fake heart gonna man's wedding questions cost soon wheelchair
dark website wear wonder eyes id coffee hurt quick petrol stuck empty voice everybody charge pub app worth parish
ticket true oh giving janice british sure neighbours dentist teacher putting thirty meant taught birthday enjoy
priya's world step statement alone working leisure above social anyway slow canal follow married legal tablets due
uncle sell hot few makes birth age she'll teeth yourself farmers match living homes mental disabled none yet claim
tick resign wednesday review shift hat burn boat wet locked postal file rats trans finish bitch volunteers rather
broke ladies seven pride miles legs himself stairs unit houses sending phones agree thinks luck blind state ends
between happened brought rail ambulance fit inside brown building radio walked standing twenty glad either milk fuck
where's listen nan's general record stick boots wash policy matter insurance hanging video easter likes stupid garage
missing bike brain opened cry knew college asylum vicar patient quarry retired official corner system ill someone's
film history knock clinic nursery tree bless hundred laugh facebook instead held pleased chief bar kid eye price
finished fuel accounts key politics explain gaza deaf gay early rude security actually tired answers tried coach whose
agent yard yesterday below answered crying bags jobs mouth residents leaving starts confirm worse save football easy
assisted guess buses body ha scared tip rope posted course father stone scheme fence let's government pensioners
leaflets drunk fill gran waste saved advice shall cheap laughed daft ya hearing pays ballot happens herself judge
listening twelve hedge boot ago bottle hill join moving means map worked arm started eating breakfast memorial idea
calls brilliant neck learn rec whether solicitor business size shot clear campaign keys gym cameras heating numbers
vet opening thoughts far poster safety flowers personal nephew we'd friends raised emails human plate pig summer abuse
til river hole pool corn break such knees game decent sea quiz field cried chemist details cards pet arse machine
understand lifeboat land built contract liar roll sale waited disgrace changing fee forget allowance pictures speaking
making followed sheep ashamed tickets shes prison simple newsletter gala pit cheers strike owe swimming stall jewish
women's cars trains bloody update fridge council's dementia expect posts secretary cup worker drain ready posting
calling counted act toilet leeds stuff boiler closing pound midnight print lying worry student legion fed scan
disagree august meter shoot inquiry hub polish schools air absolute others chamber somewhere transport along band
standards ignore rat feet win fifty diary tells fault fish boats cover watched ramp story students primary hers favour
uk asleep death banned payment teach hip polite benefits sides shoes agency scum neighbour's delivery weir decided
reception bucket january vermin museum dog's answering rain properly rubbish lay it'd leg maiden horse sound bedroom
hang laughing spent fixed sleeping who'd copy parcel https london within lie press promised should've deserve tribunal
faced complain volunteer chapel fete noon notes glass serious wind whoever's shouted happen shelter feed type spring
section curry faces wearing alarm steps carry lead level sex lazy lump trouble honestly checks noise dirty aye nose
fly chance marsh amendment ate afternoon drawn hung locks wake pulled lived filled respect parade army trip fast path
ought remembrance fraud seeing walks catch bringing minute caravan hen mates bio reminder tap learning breed least
spare rules brave crew niece weather suit charges ceasefire doctors thousand pages pavement westminster gun rings
litter ned muslim member special april sense commons booked ringing watching pray drove baby's frightened clown colour
problem shouting sooner slept tin swim when's cuts interview bell term part stroke attached choir mad knives using ah
rule normal hire national drowned sofa curtains flag yellow baths witch owns forms england million sits throw nor
picked shops certificate approved trying consultation mine's kettle brick goodbye beach labour failed rise brothers
pie candidate careful offence damp asks expenses shows piece regards guy leaves click log printed debt pack ada merry
extension arms shout everywhere funding foreign deal helped together spell celebrating worst mayor mph murder elm
surgeries upstairs ice build net raise slag dates blame reads autistic shit heads sewage lamp gives agreed cabinet
bread cousin's school's irish fight pen skin books sack mess star speed brains bird joined fall forward cricket signs
cap boxes paint counter ground rooms cousins trading timetable hell whip survey awful stage touch electoral followers
busy known chase eggs collect caught bury doorstep motion peace penny soup season turns maternity turnout services
route proof mistake fun coward logo envelope carnival release deposit grandson fourth muslims warning angry evidence
duty leader cutting tae loud union spot receptionist replies music gift medal intern civil branch twins sleeps lets
deep spend add dry polls grown babies dem smile hide named buying practice served biscuits carried fridays fingers
chest clock attendance grey scarf contact solar kid's ministers bottom rates places noticed race opinion worried
nineteen trolley panel forgive rip night's crash drains announce nail puts quote boyfriend joking south wages pity
themselves checked sells published sixty snow results final queen skip cancel sentence imagine reference wreath
nowhere profile foster universal warden plays closes limit hammer hiring bowls loan mobile wing drivers chinese
letting trade refugees trial finally bbc loved parked finger stopping chip low double experience ginger nasty golf
depot changes accident energy inspector association badger photograph folks bonfire threat fraser pitch travellers
marriage typical fact odd piss hiding packed sundays suicide decision elected pic chips alan workers plant grow mam's
jury backing drives traveller fees usual immigration liked calm neither jews smells bricks castle alive burned
arrested lower pull pop oxygen ferry how's hostel insulin per choice silver benefit medical shotgun bathroom operation
threw stayed keeping counting toilets welfare buried fan reservoir sikh attack quite control shopping traffic nicely
bits handed password receipt constable brakes colleague cleared bungalow clerk maybe who've space rape deserves gates
wheel middle cleaner mention alright candle sacked breath crisis meals lord eaten further collection platform stabbed
language israel october fucking prayer bingo tram mortgage farmer publish flooding following pensions beside killing
draw swear mirror weren't opposite hey jumped fourteen flu points pump anywhere award able sandwich degree refuge
carol stops poem finds grateful lamb cats cot washing shared apply drinks return woman's learned wood self inbred barn
copper power veterans deleted tears uniform ribbon loose roses loss steel sounds bomb registered drawer exchange july
royal mondays belt poll affected edmund application genuine chicken figures bat pond surname soft non doctor's cows
silence sponsor sums sitting festival treat passing raising drawing promise rotten script heat plenty response charged
honoured spoken throat beat aid widow bald everyone's dress jew lucky compensation cartoon goat knee laid quicker
afford egg grass talked costs constituent clip ceiling sincerely wage aunt showed tour door's hacked visiting tall
pills coast november cases extra who'll area painted mark towel teachers assembly signatures exam politician button
drew nah sharing anyone's reg beds strong jump members politicians starting claims heavy boxing mornings burnt
fireworks mothers manners burns officers medals today's expecting longer internet counts mixed apology talks drag plot
councillors result bacon september wonderful recipe parks excuse eighty electric academy reporter lonely kicked
child's lessons mile wave stabbing ears soap beautiful difference dyke confirmed covered cafe pain guide silly
drinking weight farming delivered unless bullet uncle's sum parody colin gold wanting bust filmed sends tied loft
suppose harbour crowd there'll harrow paki training otherwise nature tho tory pigs records teaching mostly sons racist
sorts accent boring actual sports plain rights indian carer's passports trainers burst dug north evil february voter
pink typed oil romanian licensing urgent fined ladder earn caf drone banner conference shan't down's pair courts
daughters settled bot knocked bastard kit felt prove dance common lines grandad's boy's mince bored carpet stamp
permission developer losing domestic tent showing coroner forgot stock pregnant theirs shower main spain roundabout
swing monkey ball aids sock cream frame offered chain marathon society hid voters landlord's plaque breaking hates
marry trout hag dried woke protest tank lobby singing chasing tape copied corridor crossed smart tyres visited feeling
tenants bills discuss voices bakery smoke diesel welsh knowing object badly methodist lit surprise fancy daily slot
peaceful terrible hull refugee picks arrived filth shaking plane purpose tenant con patients dare column lots
recycling sees else's screen hunting permit replied jar jean tie mate's cupboard returning ken sing drown valley
elderly bye com playing king surprised rot cheese cannot lagos writes minister's fifteen animals closure zoo force
menu exactly disease prices scouts spade roads falls apart idiot bend grave railway vis traitor signature boil deputy
jumper song thread picking bone pot asbestos friendly fox quay older name's yourselves vile behalf ambleford's pretty
favourite minus homeless feb ended streets christian blacks square theory darts paperwork bikes data tower filthy
catholic wire tide label cycle sink guns ear temple illegal shirts majority breathe clause suspended offer mail
personally gentleman folder meat men's owes sgt finance couple stepping wrist rainbow shown declared prime miners
victim pharmacy addresses wales whistle certain banks female later speaks jokes bigger degrees uses fool bred girl's
pier pocket barber trees lesbian conscience accept wipe parasite firms stinks owners orchard typing drip smashed sow
guts action ellie panic shooting sorting infected calendar department commission para aged visits diagnosis especially
overnight guest naked bottles abroad apprentice shoe enjoyed guilty yous vaccine nerves beyond donkey candles
disability interpreter matters sausage pens rough speaker dinners anne's ignored somali orders jacket sheet roma lords
league scout wig turning scandal citizen washed caste finding lifted tv applied tag freeze backside saturdays pin
seconds horrible dave prize greasy seats swallowed absolutely interest visitor airport roast knitting wed lies bear
bump constituents struck vicar's tha memory farms hut passes vest cleaning split victims loop thru booking owner leak
discount motor sugar emergency duck painting hardly gypsy assessment reporting nigerian sprayed apparently google
search donors refuse romanians assistant factory jailed feeding bees stolen earned stink scrap legend sandwiches verge
clothes enter laptop visible anti flight consultant environmental chin mug smug gallery weak figure ham obviously
moaning pal push law's tractor drops landing recorded marked boiler's marks screaming renewal town's donation autism
gloves float thief lodge brake blank secret transfer swap cracked firm's checking burning jam bang pillow pakistan
pest registry fresh witness min echo poison onto partner forum hurry hidden replacement culture clever breeding
pretending crown bishop treasury kerala usually awareness storm request wore rescue sweets except prescription rate
flooded beard spit disgusting store moor lied sober brass moon weekly sharp scraped guard collecting slower axe copies
terrace adult tools offices keith channel manage villa chapter ad withdraw poorly smiling eldest flower reach sandra
weekends wheels tight flies clocks probation durham mud access derek reform ninety natural around dies become so's
sport freak helps ukrainian drug coats chairs club's needing contractor commissioner dim highways adds pounds yards
boiled spineless ways seems attention feels breathing street's patience people's harvest plastic cleaned rugby blow
choose walsh's recording callum sixth hungry stays fiesta gov fifth crack kick stations shirt warned pile discharged
cliff coal bull shifts jan lottery wards quarter picket loves sweet seriously knocking gormless city chart trained
dressed metres george's horses collected leaking parliamentary included surgeon inheritance restaurant girlfriend tyre
bare violent cares pathetic maggots announced stands trail chancellor rid raped father's fought hero gary glasses
spine cause ducks zero floods stairwell respected cook bite complaints present texts ripped printer sub upset car's
nails shutting ordered torn slug shake custody cottage denise doorway blade jaw drugs machete safer planted liam whom
masks films recall leicester protection shocking feathers soldier article hats itself builder banana seekers nonsense
wishing hindu grew cruel emptied gorgeous ahmed sun fetch tablet badges candidates margaret pudding drill form's truth
choke probably cans manifesto karen laughs tours turkey leaked northern gambling complained fishing contracts loans
computer literally political crushed foxes politely saving backbone former birds toast pig's shell labrador target dot
suits signing engine vans halls bats elections scanned deer barrier exist moss eats bruises acid blocking bent
stranger deaths chess saves balcony tracker bay receipts sheriff surgery's staying parcels fellow humane spat risk
reasons yusuf pupils drama laws engineer including thieves murdered fewer cunt defence honour islam turkish
councillor's filter owed why's rich children's helmet lick hits multi storey clap scream clue tart posters chairman
dig fines forgotten wide blanket begging portrait derby bede's newspaper praying pigeons plank direct ruined licensed
clubs dale brings bars phone's would've zombie tutor frozen views pattern spread climate rents regret stab declare
thrown interested edge mart o'clock huge danny anniversary fits shook nana nephew's pushed french nearest seventy
beacon passengers grants promoted vera beech kiran gypsies grandmother luke's queer parasites filling hygiene brew
councils tests whichever parties cooking retard coloured bradford poles plates begins picnic sight hitler policies
toad umbrella captain orange y'all science slavery divorce camp sheila cracking donor stuffed carrying helping
cockroaches wiped corpse property beaten pipe reckon december switch slip limp ride slap tipping water's trough robbed
flags supper porch sergeant covers charm attend slots stomach harder spotted faith framed treasurer range butcher
angels touched telegram pigeon number's ex's threats dancing martin photographer mic butcher's wound track rotary
gran's album tub cat's entitled cell load fare hosting beck poisoned employer filming sheltered lent coping shares
ain't statements joan mick faster lend org sleeves aim photographs dermot's husbands lists holocaust argument
recommend ah'm grandfather purse don hose belong priority abortion pure sympathy shovel weed spray keeper brigade
ditch precinct border cab headmaster religion pencil democracy engineers bail scrapped funded mobility minimum taps
everybody's gutted ship career gob genuinely leech swings year's fags bunch drowning daylight snake belongs thin
condemned wears furious growing deadline salary percent lighting locking hotels source interesting champion afraid
nick gardens loses spelling independent mast coroner's decide falling hook handy swore crest panels guaranteed
firearms zone gang cable tongue brenda wine rag coronation misery homework magistrate stocks cries juniors violence
firefighters conservatory handle accidents certificates goose theft information rivers pizza jail swan finishing
disappointing carmel census synagogue granny fae sang floors stars audit hymn chose diversity lab responsible types
shop's removed family's argue equality trash strikes signal saint strip holidays benches stream dreadful bitter insult
blonde cheaper customer hunt lips visas driven chalk that'll dumped dealing speeches resigned cent gown bleeding
status judas beans lipstick tonight's basket scissors injuries upside photographed journalist hale maureen rush
available porn explained rev pdf gazette's prom stitches fallen head's courier ads dean meets torch ting costume
sixteen teaches snap lighter advise wallet rabbits repeat exams deliver network pockets backs road's ash owned moment
cutler tolerated mice sheds feelings harm playground ah've avenue celebrate labelled animal heroes ups statue transit
streak sunset african bishops greedy eyed lawyer invited wives wise research programme lesson ray bothered bright
lifelong rice nervous sue junior raining fail troll slimy smash slapped mare mint slapper mask esa sanctioned greens
crane moves boo day's lard could've vanished eighteen total promises honourable commented entry easier piano warehouse
paste package engaged powers bells proxy viaduct cinema concert bites locker socks researcher anymore dept king's
downstairs opinions recruiting photographer's printing quit offering bonus colonel shove useful bog lifts recess
justice doll bully managed da's sticks nude truck squad treatment chop payroll repair rose citizens played client
them's enclosed yeah chuck art university guards gan fitted prints angle stair doubled strange launching attended
sunny pledge flying accountant lecture tranny anxiety git fans during potato fares tanner's needn't title soul
albanian supply dream adopted ending hobby asian objection travel reports mat donations settle norfolk spoon deals
taxpayer thumb pat ghana dirt retiring dock hanged churchyard facts beer civic balls traders prick utter tray youngest
fatty logged rank junction employ turd cakes nobody'll rash meetings claimed heifer headed dubai gentle relief robbery
screening oswin's apologies instructions dissertation project consent slowly believed doubt grandson's parrot position
covering sweetheart cattle prayers calf hounds barren adults recovery files dated tested plans amnesty pads mural warn
lake divorced nearer loneliness measured bum matches pole serving lady's mattress walls threatening fuss edited
american spaces repairs reaction rural portal arrest tidy skate proportional representation urged productive taxes bob
languages lemon scrubbed convicted deported brand kills filipino plants grandparents serve clearing morals immigrants
generation rabbit landed crawl version navy pakistani explains swallow obliged aside drums salt pour silent timed
chosen locals wherever fork holes bombs posh needles dribbling caring tone bout hoping organ swearing regarding sin
sweaty biggest web remembering that'd fruit weasel smiled listened herd belly digital base alley warrant dawn exit
holds barry grade backwards district hadn't scare bombed concern keen shy otter cage smoking ministry minor smaller
backed infants rover anchor authority taxis spouse rated replaced savings pete essay van's friend's sheets accepted
officer's bodies patch driver's added pieces straw dragged guests scotland interests barbecue ahead boilers exhibition
wishes videos thirteen mon manager's dangerous crossbow dressing pressure tractors railing appointments visitors
governors petrol's oak powder puppy citizenship tips struggling singers peter hindus international shouts retail steak
strangle invite janice's theatre attorney dyer blog success bellamy stable newborn dealt olds paddy west bastards
noises addressed migration designed future sets goods stinking trusted wins yorkshire marched claiming fitting
seventeen criminal earth resident bowling island groups agents imam keyboard dwarf predecessor gays mentioned provided
remove sour auto minded hated correct display bore secured maggot wanker tan iron grandma smelly event sizes process
creature whore manner shelves allow glued cope kicking flights taste forever slipped blew linda bollocks pauline
slaughtered band's confidence armed sword rock patio assessor jubilee mob rabbi sealed relation kidney compulsory zoom
bolt retirement pending granddaughter thieving porter fills dealer mushrooms hospital's watches verify sisters walkers
youtube font danger kissing ye've supplier acc swapped link's timer yo cough jesus idle annual blackpool ghost ankles
coffin embarrassed theyre goats lungs provision fundraiser tuesday's cole platt skull possible tube breaks clinic's
shoulder saturday's d'you nothing's discharge woods closer happier lease scroungers hardship bid cushion bro netball
prisoners russian buildings evenings africans yoga remain buys according minute's companies canteen alarms supporting
caseworkers ah'll revolution dropping delays anselm's unacceptable lough pakis games turbines terrorist oppose
diagnosed dumb telephone height hong remembered enjoying altar oven fighting dual towels plug applications confused
rob peas sand patrol emotional false sudan ukraine cone excluded steam grandchildren loaf bank's banking hamas mass
hotel's pony miserable mayor's penalty battery condition membership spastic butter hurts deadline's geese blaming
fountain tits tear tha's begged string score skirt rifle junk tune gin considered corrupt baskets killer average
length model perverts hai ratio bowl tiny helpful approve maintenance gangs witnesses drainage mid priory kiss
education stealing crosses lesbians ford interns customers referee portugal monthly value choir's library's lover
magic pinned marrow lift's verified bond nursing tiles bruised slit digging texted noted tops revision finishes
enforcement secure blinds fully revolver bumps dull podcast shadow failure pulling packet carriage ourselves cellar
rubble wrists borrowed commenting vet's throwing bones gossip pleasure noose salon week's cadets stanley waits chained
farmer's listed doorbell loving wanna select affairs arrangements policeman patel bible searched dykes prayed sept pan
carpets pork packing survivors frost reader hug trust's customs minds extended hitting time's arranged pins stamped
brewery crow delivering memories rowan strand generations grounds wool ordinary quoted scottish planned nation
countries shortage crescent religious trials suitcase microphone ticked documentary trick nailed blouse faggots etc
arabs nuclear apps deserved wished invitation trailer allah super simply overseas perfect clapped mongrel invented
zionist spoil verse conclusions christ twat amount sake cones supported complete spotty depth nigel idiots wasp nest
avoid circus terms mandatory shelf disappointed ann editor earlier quietly basically lanes personality party's trap
east brian hall's ideas session awake conversation formal card's granted mama caretaker template correction snivelling
previous waved often headline executive goal robots aware lowe lee whites deck tooth pipes barber's monkeys moan
speeding info cam beauty learnt sky shaved severed smashing thumbs skinned queen's vote's parent footage permits
aunt's wicked laundry wildlife lamps pike mummy fold appeal's poppy winners folded wharf renew needle thee illness
roof's error uncles wardrobe meta study testing injection loads col prevention feeds sleeper tipped collar toes vodka
difficulties worries there'd raw raid uncovered wen messaging priest sexy liars engineering asians topic john memo
follows digits hon advised lined messenger lieutenant beloved beating popping remind grammar leads fore freezing
planting groomers campaigning furniture background effort drawings complicated britain eve depression ching chong
inspectors embassy virus beth abused diet explanation tribe trips collects starving pretend widow's poof kindness
plague spraying nigger scored treated replace foreigners rolls bulb hormones laundering sings rows winner costa
banners youse bravery curious bipolar nutters gps large hostages removal fella's somebody'll coaches womb forces
corrected draft bellend bays dick cheer rent's tender frankly melt younger massive wakes bullying developers zip
nodding targets gate's nuts tough barely promotion robot agent's phil cottages item gerald circle wooden advance
highest century hired remembers europe mouthed stamps male zebra detention nee chocolate wrapped fiddle station's
rolled investigating pub's trinity abusive cop china tomatoes japanese lego bands strap mouse apple money's sites
discreet website's wrap parts curate lid candidate's light's showers journal ties account's plaster soldiers blurred
halloween waves hushed begin brush ankle drum scale wit expired conditions connection steward slags clearly beast
chickens rhymes rare cubs battered kneecaps opponent bairn's thunder riverside killers pew cheats nair's eighties
staff's meadow jen rains forecast qualify burden squash bruise line's worrying poland carlisle beam period setting
payments waking slide popped digger merely wat ding singles afghan indoors cabbage freaks mix wars documents rounds
mohammed africa mary hears supposed kitchen's vietnamese binary perfectly humour engagement machines stain fantastic
automatic lass's america anybody's claim's ages photo's links valuation company's tomorrow's division competition
neighbourhood surveyor reasonable heron hides mainly recognise continue facing ropes assist cobb mystery romania root
caseworker's kandola's blamed principle selected puppet defend solidarity consultants decides suddenly selfish
backward dispatch wasted honey weddings somalis measure hatred races runner seem bass schizophrenia pikeys flap breeds
steal cannabis scans rubber france lahore conviction temporary knowledge meaning pushing sins thirds nerve consider
prefer issue coastal perhaps include tagged pets poisonous bristol spoiled beautifully weigh cells life's tanner
believes gutless everything's bill's terminal dish beats asthma gritted worthless rides scrounger barriers hardware
brief csa sewer jelly quieter destroyed ashes canada rocket winning grim breast essex pikey mute flight's romany una
ma's songs lifting roofs unpaid furnace strategy dramatic kong temper var mood handled metal barge chef group's santa
burger paragraph guidance income spins spreading whisper reviews donate fortune labels penis swollen sticking tunnel
migrant audi gobby widows ballots registrar laying handles whenever trousers nobody'd therapy funds seo trollop
dynamite pants hop refusal exhaust sincere understands sponsored gap boom hangs waving misses wreck frigid returned
cure eyebrows stiff drank brace batteries dip intend jumping hay premier room's liaison regional reached barrister
floppy via governor litres kelly spice stove kent tables thrilled underneath knit meeting's kidding agitated weep
glove nonces sikhs purple wink alert butt thai cornish guys nazis tech capital explaining calais patrols translator
meter's owner's hawthorn institute messing launch veteran accusing coke copyright scratch cyclist something's niece's
bundle cute kettle's cemetery cyprus arch bullets concerns nov collections sensible appalled tattoo daddy mission
reward broadband gaelic crook dun ping marina grimes vane fraser's joy generator accused boundary reopened wasting
conspiracy reunion blowing stake marine user document evicted dame bride albanians deeds standard blessing helicopter
pronouns clients boycott arab equal grimsby observation feminist inspection pulse host rwanda heritage bankers prophet
proceeds est plus dental spelled boomers flour stole paul centre's conversion therapist suck fog moron appreciate
hopefully bile whale liking inflation polo rancid drunken servant bulldog repulsive borrow vegetable worker's
insulation nutter forehead levy nut cheek spongers argued hurting angel crone monster mouths terrorists frank unlike
slice ferries gig logs judicial entire odds gum sleeve particular cracks regulator investment survivor gyppos bobby
truly refer legally switched spite grit sounded massage onion leaf australia download detective careless higher caused
barred cock neil delayed david's kurdish robust spells rolling coincidence thursday's diocese bosses inadequate
signals helen environment mills grace pistol flashing park's stalker raj nomination teacher's regiment birch stunning
players gravel sam cast fields physics packs parkinson's cloth concrete tea's touching delay quad dating greyhound
shaped mandate capitals fisherman hint ramp's gnome screamed teenagers industrial cardboard breach crews malcolm litre
received subject dresses brussels mary's overdose splash lawn bodyguard cheering wills champions roy coughing agony
handing pots bait virgin linked waters tully damaged cripple teller rovers port walker poured taped courtesy seventh
milk's venue chased noses progress stalking fear goodnight forced migrants bitten solicitor's ireland foil casino
darling patches comfort scales greenhouse tying complaining sharpened churches ste kia choosing void cartridges
explicit formula hare darren winding toe strings rubbed tail del ins budgets indians sometimes cardiff gentlemen gp's
capped italian hiv ruin yin balance rained enoch medication holy strangers joint spurs reflection knocks kitchens
backup design mole office's renewed arrive trophy letter's insurer's pastor portuguese pam coin director dairy satire
seal ron punch hedges warmer friday's inches hearing's selection pressed punishment salmon attacked season's beef
deciding consequences protect tribute flatmate's allegedly dye shed's janet clive merger holt boxed tobacco poems
returns wean's ruth famine patriots outstanding compare master marcus surely arguing recommendations pitches retire
sales hospitals queers triple flew racism recruit arithmetic growth lowest brackets ninth slaughter swans ethnicity
maps factor government's cheered referendum lifetime profit catching dover colleagues murderer salad kevin option
barnsley smelling eritrea afghans wogs became scope vibrant description boost admit libraries pubs tourette's assault
froze organised villages criminals naturally dignity carefully concerned blink creep crocodile knob ye're nell pissed
ignorant struggle pill dump wasps pumpkin grip disgusted content senior opposition perfume screw puddle expected
suffer donated allergic seeker crawled glue wits adviser groom resigning greek corruption leadership curtain fairy
undertaker deny petition's monarchy balloons society's surname's feedback intensive among isolation charging strangled
catholics praise definitely terrified bumped dispute publisher gifts cyber carrier desperate perth keeper's asset
savages aloud granny's wild liver numbered tenth seemed mock objected anonymous honours trader boyfriend's owing
clicked handling household processing issued routine christians oldest codes admitted remote mentor trades copying
clay grades episode debbie board's bulk arrangement erect kneeling trench grandma's smacked awards dense foam gear
muddy builder's rigged rejected musical tracks heating's worn seasonal regular loaded hatchet pasta joins halfway
reserve onions warmth graves survive witches trumpet county's lyle nightmare judging lime baseball cycling presenter
coughed heifers positive poisoning wires limits bushes playhouse doyle booth vine shape razor weighs container carving
sore okay croft modern elders banging lithium redundant touches nurse's bleed dean's loyal photography gender observe
norma foreigner buttons dust reverend longest aunty's suite rite nothin tents rapists judges statutory slab coon
specially seals shade magistrates jersey painful poofs separate hearts starter fair's bound turks player pumps
inspector's assume profiles sign's flush derry dragon unanimous cheerful pepper shipping skills wonders eligible
ignoring supermarket rapist rails election's sponsorship naming guarantee amazon capacity notices inform media
referred premium stack withdrawn awarded thousands treason cleaver riding steep back's stones intentionally afterwards
upper required residence wiring appeals quilt anytime punched accidentally demolition injunction chainsaw labs lark
exposed stalked character contest dealers opportunity dong thriller fairfield hood riots crows shave khan anand quota
calmed fascinating unlocked lens debating pornographic farewell morley karachi israel's crawling biological steve
chant understood syndrome disappear movement resting alike iphone represented episodes downs queue's ninja romans
marriages canning swarm schedule united cass trustees german frogs jungle barking dots ukrainians raided budget's
units darkies kike yids yid chink dutch crashed arrivals happening prejudice towns groomer cockroach weather's
measures member's slave seeking expense curate's sworn snapped deportation baker graduate ridiculous pinched inch worm
feral chewing brat embarrassment mirrors tariff scheme's excellent rusty jude's kissed spreads costing dodged perv
shutter sweep crossroads choked requests problems crush zones ipad expensive caps millions upon pointing organise
advertised recalled strength cities nationals genocide vaccines iran raging scunthorpe cerebral acting engines
represent cathedral pillock claw carries worms terrorism priests legged zimbabwe taxpayers absent bounced greatest
lasted blues anne loch craft heading tesla role assessed sling book's guardian wandering bull's muzzle whip's stung
grinning bloom handwriting speakers shredded bribes person's seed autumn driveway wholesale cloud clerk's banning
baking bravo nominations software memoir owls window's blown ma'am quality childless sanctuary presents farm's
generous blur carriages meanwhile marjorie mercy foundry docks agrees wagon pregnancy roughly danced heel speaker's
conduct unfair honesty innocent flesh ridden permanently brothel nationality stepdad's costumes couch dusty harpy frog
luton onset starved barrow lands collapsed bears obituary credit's cord kicks wired gammon heap amin lounge harold
licking managing bulgarian folding thorne supplied palace guitar cooks ledge climb disorder protected bark carl
challenge job's shaft appealed psychic dial tries nana's compliment detained awkward slides grasses cruise thicker
bribe contractors dung grove fashion bedrooms assaulted agencies rome translate motorway weapon squirrels converted
chemist's camel workshop exemption germans serves phrase tate commonwealth livestock forgiven tree's unmarried screens
bending fried builders thesis schemes goblin metaphor cotton hoover betting weird involved pouring cuthbert's
investigation stairlift's poet academy's shattered colin's airing ribs columb's timing ward's affect nominate cliffs
thanked hospitality dose forged cocaine land's reminded difficult prediction riot lister famous stranger's passenger
draws procedure fringe buffet parole court's faint threshold style increased restraining operator stats enhanced
innings leaning ye'll protein twitter nuremberg power's traced jogging scene liberty craig sentenced garrick's team's
racing brook lately educated goin smith flat's receive launched welcoming peacefully wolf funeral's david month's
blitz thornton bach lame grid bridget fergus volunteered healthcare pardon acknowledged catriona's clare central
newspaper's bellamy's urdu classes jamaican palestinian adam gits stories louder infection i'n coconut nigerians
suffered this'll population accommodation lifestyle choices edward atheist archive unpopular hunger begs couples
issues employers ref's recruitment queens thorough nosed drunks billion attitude upgrade palestine sexual reid humans
stall's potatoes pope discrimination immigrant users nightclub despite cyclists gyppo fifties rally cork transcript
scrub enters adler lincoln staffed wolverhampton matched relatives dislike biology teenager department's trusts
weekdays cretin treats behaviour wrinkled boarded wally clapping sweating punish sponge tire what'll graph attacks gut
hydrogen hideous striking soaked peer charles sector massacre lethal anthem tenor doha immigration's privacy regretted
define blunt macbeth faggot seventies i'r boards geography snout xbox planet pirate respond reviewed heart's lest
system's bombing offended plainly horror hundreds marching bonuses swept spies ignores mediation slut kyle senile
assessments somalia someone'll cruelty river's leigh russia lawyers leeches portfolio tally agreeing bedside toll
olave's constable's roman peerage benevolent upheld clears poverty blocks church's fires scratched catalytic applying
barbara whisky buffer revenge pouch whistling tanks whispered scroll breasts scars forearm horns tackle flattened
brutal steady dunne related automatically lashes amazing author's organist frames kitten odious shrugged nodded
apprenticeship sighed grease ye'd fled presiding specimen grin pillar lean elsewhere regulates champagne slips pervert
tattooed insults spinning crisp lectures booster camps fossils vegetarian wept edna sample summary dreams cow's crazy
revolting bladder drafted sash partly telly's threatened valid bounce sting skirts sickness liverpool thanking tastes
damage inspected arthur anita normally arena stripped lions sellers carved climbing lobster heather allotment's hack
landlady bankrupt apples strictly meal levels pumping numb managers pupil spill placement seizure tribunal's
postmaster syria flown shaun wall's cigarette activism storyline comic stables transplant breakdown depressed
birmingham cartridge ceiling's other's impressed govt teddy however pairs hart altogether estates trapped initials
surplus dolls soup's scanner ramps likely require deeper scholarship proved albania marrying bengali swansea colours
rumours cheated offensive worship pleaded flag's applause chemistry bonnet bender stepped mentally sentencing sudanese
pakistanis presenter's committees ticking ribbons cooked tens certified incident crimes boiling bets lane's bag's
fingered kurds wondered coons outfit barrels caller sweetie audience paving syrian thomas consultant's cleaner's
hussain objections mosque's booths registration norman chances shoulders disaster granda's donald crab italians
declined fist petitions regulate clinics vale mocked bev's essays lacey clipped impression moscow expert partners rees
magazine artist quotes publishes assistants terry lecturer part's poke wondering chaplain annoying planner hush tip's
belonged fuse sermon suez lightly clock's distance billions stan sunglasses shanked deceased remark country's
disabilities arches elbow escort mouth's shakes jamaica defending crates pains hockey slashed joining poison's lawful
slack mussolini legacy reminding coins hostage entrance charity's lynne arrives tubes auditor's convenient hubby's
credible hardcore explosion easiest stanmere's karma arson carbon gill partner's dusk forest bypassed hybrid lynch
nanny ceremony leaks judged germany peasants suggested singh marking lunar confident george tanker glory uploaded
giant exact maid chad's arcade beasts intimidated haven acres strain ridley controller juice medium bowen anwar alec
aldhelm's arrival ponytail stevie producers readers boyd ada's somehow barracks permitted harsh criticism bilingual
command prince kits sadly desert statistics rothschild qatar goldberg buyer freedom brit comfortable classroom
shakespeare hilarious goals hags suitable heels torches murderers creatures hysterical stitch based inspect norway
permanent shorter sunk nominated surrey relay inbreds locusts representative vinegar bangladeshis packets newcastle
mein experiment liberal grows psalm hail sucking bangladeshi lezzer unlawful location murders shifting slogan condemn
quoting rosa verses enormous merchant practices impact proposal sinking jeans merits cave rises embarrassing realised
tosser officially excuses sauce roots creepy automated curriculum crap hoped stubborn baked filters timeline controls
jammed tennis directly spirit psycho teenage economics tack occasions broom pus undone apes popular whipped actor
cereal nora striker hosts relax filed diamond wisdom diversion coalition ideology gently independence flavour original
penistone decade disgust physically causes paired ruining harmless disco commerce raids manchester correspondence
concerning improvement angela seized heaven guidelines bold throws crater floats jingle fishwife electrical fife solid
trustee organs computers injured hooked provisional registers audio trainer babe producer supporters peel symptoms
reprint anthology imagination snail cartoonist textbooks textbook healed ollie execution possibly chatting skinny thug
alphabet pottery buyers writer tags series credits insides gymnastics scrape simpleton reporters quickly horn holly
mike petty shrivelled steaming braindead monitor formally sniff pricks designs failing rising rehab parenting mansion
hairy madness nazi protests trevor sigh judgement stool appears berth solved journalists lush dwarfs ricky borough
ponce sharon raft billy jealous directors bulbs refuses strawberry heroin strung crowbar gaff jars pressing cycles
bikini teams stadium placed zealand hallway recovered luggage blades glasgow trigger busiest elder demons shark
improve unlock confession hatch chopped doin exercise chelsea rack products tides fright anna camping screams courage
vent uber toward wankers generally recognition ruby reactor prostate sole tourist quaker plumbing lynn boris feldman
tuition grief forks madame wayne dripping graham shin pairing balloon volvo edges waist creeps israeli glitter acts
nigeria interviews veil drift josh stoke amara ruled supreme inner blessings greeks handicapped waiter hague
definition scar cared foreman officials overtime lezzers coaching snaps gamer chambers bulgarians swinging korean
novel rake entered shia server wireless thighs illegals knot wog glassed winger invisible lavender cinemas footballer
collins whores stronger delivers pits rink appointed guessing wagons seller confirms behave prosecuted topped cured
tore grabbed intelligence corners sung lance paused stretch utility flyer smiley important viewed released instant
companion websites affordable popcorn suggestion tracked brighton beta romance dash declaration broker authorised
refusing gunpowder rating fails supervisor mountain slate battle mere prizes destroy incoming screwdriver stacked
michael employed latch forth jerry resolved sensory blankets stealth cease piled halt budge hugged moderate
transparency charts estuary tyson skipping fixing flip happily ridge fertility thugs spencer roasted oath advent
static moaned resignation crossings aiming beheaded soda autopsy guides retained lovers handsome confusing caution
underground winds studio buzzing faithful graphic ships invest cedar sailed fiat racecourse dumping lodged duke
lightning auction charcoal arriving bounty preferred demo investigated saints reminds hymns supplies switzerland
operated relative discipline lithuanian merchants alabama ghanaian cheat vegetables usher sank mechanic ballet malta
chicks burnley arrange marches lantern foundation ing beforehand deficit politically wikipedia puzzle pyramid stil
trusting supporter biased pilot wider moat twelfth bush greet elvis vanish glazed diabetes query inland pavilion
marker seaside shaken agreement exits flash mule nope gareth wounds oils bangkok pedestrian betrayed traps pickup
twinkle chloe vary barlow subscription disc stretched circled freshly nadia herald graphics bella lesbo zionists
golliwog imbecile arsehole toothless fatso cunts scots turds snakes wrestling midfield arsenal morons manure cretins
sheffield batter shank trolls loser gassed cheating nottingham palestinians offside paedophile vomit goalie horrid
iranian turk darkie executed linesman horsewhipped bengalis nonentity decapitated effing lesbos bisexual poofter
autistics abomination slob diseased arrogant jamaicans foul goalkeeper planners receptionists tarts hateful toads
flabby throttle flogged skank ies throttled muzzies slitty mongrels goblins bisexuals ladyboy premises chinks israelis
garbage lgbt dunces cockermouth muzzie biatch oily niger protester mouthy fuckin slithering golliwogs wetback spic
shemales poofters prat idiotic traitorous sponger obese sussex clitheroe simpletons deranged slappers thicko slobs
saggy swine psychos stereotype remainer remoaner sluts shemale scrubber gooks gook molotov baton wrinkly commie lefty
losers moronic lynched demented kikes syrians iraqis castes muzzrats lithuanians iranians uncivilised mutants
sociopath homosexuals barbaric airhead fucker kneecap wretch kuffar homosexual cackling secretaries bimbo unnatural
degenerates degenerate sows torture protesters kurd abominations airheads ation barbarians behead beotch bimbos
bloodsuckers brexiteer bummers butchered concussed cosh cretinous crones cunty decapitate despicable doesn dullard
dullards dunce ethnics excrement execute exterminate exterminated faeces fascist females fixture freeloader
freeloaders fuckers garrote gipsies harpies hasn headquarters heeb heebs homosexuality imbeciles imma inferior infest
invaders invading iraqi islamist islamists jiggaboo jiggaboos knifed knobs kunt kunts ladyboys leftie lightwater
loathsome maim maimed middlesex minge minges minorities mudslime mudslimes muggers musrat musrats muzzrat nigg
nobodies paedophiles peacock pedophile pedophiles perverted pervs pillocks pitchfork prats primitive psychopath
psychopaths putrid repugnant scheming scorn scrubbers scunthorpe's skanks slutbag sociopaths sperm spics thickies
thickos tortured tossers toxic trann transgenders transsexual transsexuals treacherous trollops troon troons twerp
twerps twisted twunt twunts venomous wank wetbacks
gypo gypos pikeys stfu gfy fuckyou motherfucker motherfuckers dickhead knobhead jog velly moo baa woo boo
`

const RANKS: ReadonlyMap<string, number> = new Map(
  ['a', 'i', ...COMMONEST.trim().split(/\s+/)].map((word, rank) => [word, rank]),
)
/** What is put on a known word to make another. */
const ENDING = /(?:'s|e?s|e?d|ing|e?rs?)$/

/** How common a word in lower case is, 0 the commonest; that of a word known only without its ending is past all others. */
export function rankOf(word: string): number | undefined {
  const rank = RANKS.get(word)
  if (rank !== undefined || word.length < 5) return rank
  const ending = ENDING.exec(word)
  return ending && ending.index >= 3 && RANKS.has(word.slice(0, ending.index)) ? RANKS.size : undefined
}

export const isKnown = (word: string): boolean => rankOf(word) !== undefined
