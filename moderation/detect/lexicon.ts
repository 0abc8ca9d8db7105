/**
 * Lists of words that several kinds of breach share, in the language of rules.ts. Content warning: unmasked abuse.
 * Each is an alternation; a blank is a gap, an apostrophe is optional.
 */
export const LEXICON: Readonly<Record<string, string>> = {
  // Who is spoken of.
  you: 'you|u|ya|yous|ye|youse|yo',
  your: 'your|ur|yr|yer|yo',
  be: "are|r|'re|re|is|'s|s|was|were|am|m|'m",
  she: 'she|he|they|shes|hes|theyre|this woman|that woman|this man|that man|this mp|our mp|that mp|my mp|the mp|your mp',
  her: 'her|him|them',
  whom: 'you|u|ya|yo self|your self|yourself|ur|her|him|them|the mp|our mp|this mp|that mp|my mp|this woman|that woman|this man|this traitor|that traitor|these traitors|your family|your kids|your children|ur kids|your husband|your wife|your staff|your mp|your local mp|our local mp|(?:the|this|that|our|my|your) (?:local )?(?:minister|councillor)|all of you|the lot of you|{mp}|{staff}',
  whose: "your|ur|yer|her|his|their|the mp's|our mp's|{mp}'?s|{staff}'?s|the caseworker's|the office manager's",
  team: 'staff|receptionists?|caseworkers?|secretary|secretaries|assistants?|interns?|office manager|office girl|girl on the phone|lad on the phone|woman on the phone|man on the phone|lady on the phone|bloke on the phone|(?:whoever|person|idiot|which of you) .. (?:runs?|running) (?:this|your|the) account|social media (?:person|team|manager)|your office|her office|his office|your team|her team',
  third:
    'cllr|councillors?|mayor|(?:my|our|the|that|this|his|her|their|some|any|a|every) (?:[a-z]+ )?(?:neighbou?rs?|landlord|landlady|social worker|doctor|gp|nurse|consultant|head ?teacher|teacher|manager|driver|officer|traffic wardens?|warden|judge|magistrate|boss|ex|mother in law|father in law|sister in law|brother in law|sister|brother|husband|wife|bloke|chairman|chair|treasurer|vicar|rev|reverend|priest|engineer|receptionist at|farmer|builder|clerk|planner|planners|assessor|work coach|dentist|candidate|minister|prime minister|pm|chancellor|opponent|protesters?)|(?:woman|man|girl|lad|bloke|lady|guy|cow|idiots?) (?:on|at|behind|from|in|running|who runs|next door) (?:the )?(?:desk|housing|council|job ?cent(?:re|er)|surgery reception|reception at|counter|carnival|chemist|bank|school|hospital|parish|club|market|pub|shop|fete|next door|number|[a-z]+ (?:office|association|council|shop|society))',
  football:
    'ref|referee|linesman|var|penalty|offside|goalie|goalkeeper|keeper|striker|full time|half time|second half|kick ?off|match|derby|fixture|scored?|[0-9]-[0-9]|boxing|wrestling|league|cup final|away end|midfield',

  // Words of contempt.
  foul: 'cunts?|kunts?|cunty|tw[a4]ts?|twunts?|wankers?|wank ?stains?|pricks?|dick ?heads?|knob ?heads?|knobs?|bell ?ends?|tossers?|arse ?holes?|ass ?holes?|arse ?wipes?|bastards?|mother ?fuckers?|fuckers?|fuck ?wits?|fuck ?heads?|fuck ?faces?|cock ?suckers?|cock ?wombles?|shit ?heads?|shit ?bags?|shit ?houses?|dip ?shits?|shit ?stains?|shit ?gibbons?|gob ?shites?|bitch(?:es)?|biatch|beotch|slags?|slappers?|sluts?|whores?|skanks?|slutbag|scum ?bags?|douche ?bags?|jizz ?stains?|spunk ?buckets?|cum ?stains?|minges?|piss ?flaps|piece of shit|pieces of shit|piece of crap|sack of shit|bag of shit|bag of shite|lump of shit|pile of shit|absolute pos|fucking pos|(?:you|absolute|utter) p\\.?o\\.?s',
  beast:
    'scum|filth|vermin|parasites?|leech(?:es)?|maggots?|cockroach(?:es)?|worms?|rats?|snakes?|pigs?|swine|sows?|heifers?|cows?|hags?|witch(?:es)?|crones?|old bats?|old boots?|old bags?|old trouts?|bats?|boots?|goblins?|trolls?|slobs?|turds?|slime ?balls?|sleaze ?bags?|dirt ?bags?|low ?lifes?|scrubbers?|trollops?|tarts?|harpy|harpies|fishwife|cretins?|imbeciles?|half ?wits?|knuckle ?draggers?|mongrels?|dogs?|toads?|creatures?|lumps? of lard|lard ?arse|fat ?arse|fatso|ugly mug|freaks?|degenerates?|pervs?|perverts?|sub ?humans?|wretch(?:es)?|creeps?|excuse for a (?:human|woman|man|person)|waste of (?:space|oxygen|air|skin|breath|sperm)|(?:sack|bag|bucket|pile|heap|lump|piece) of (?:sick|pus|vomit|filth|trash|rubbish|lard|scum|dung|manure|excrement|turd|faeces|garbage|dirt)',
  // Foul only with scorn beside it: everyday things bear the same names.
  insult:
    'idiots?|morons?|thickos?|thickies|dim ?wits?|dunces?|dullards?|simpletons?|losers?|nobody|nobodies|pillocks?|gits?|prats?|airheads?|bimbos?|cretins?|imbeciles?|half ?wits?|nutters?|nut ?jobs?|psychos?|psychopaths?|sociopaths?|brain ?dead|brain-dead|inbreds?|twerps?|nonentity|dumb ?arse|dumb ?ass',
  adj: 'absolute|utter|complete|total|proper|right|real|fucking|fuckin|effing|bloody|stupid|fat|ugly|old|dumb|thick|dense|dirty|filthy|lying|two ?faced|greasy|slimy|oily|vile|disgusting|revolting|repulsive|repugnant|hideous|worthless|useless|pathetic|little|silly|ignorant|rude|smug|greedy|miserable|evil|horrible|horrid|nasty|inbred|brain ?dead|gormless|shrivelled|wrinkled|wrinkly|stinking|smelly|rancid|sad|jumped up|bitter|rotten|sick|daft|spineless|gutless|corrupt|arrogant|mouthy|gobby|selfish|two bit|jealous|dried up|washed up|toothless|spotty|lazy|hateful|twisted|despicable|loathsome|putrid|cretinous|moronic|idiotic|foul|odious|foul ?smelling|evil ?smelling|mad|deranged|dribbling|snivelling|slithering|treacherous|traitorous|entitled|concussed|demented|senile|posh|massive|giant|fake|remoaner|remainer|brexiteer|gammon|tory|labour|lefty|leftie|commie|woke|fascist|nazi|self serving|money grabbing|bare ?faced|cheating|thieving|scheming|grinning|cackling|poisonous|venomous|barren|frigid|saggy|flabby|obese|bald|ginger|toxic',
  // Scorn for a person's body or worth, never for a record in office.
  scorn:
    'fat|ugly|thick as (?:mince|shit|pig ?shit|two short planks)|dumb|vile|disgusting|revolting|repulsive|hideous|worthless|stinking|smelly|rancid|filthy|greasy|slimy|shrivelled|wrinkled|saggy|flabby|gormless|inbred|brain ?dead|braindead|fucking (?:stupid|thick|useless|joke|disgrace|liar|idiot|moron|pathetic|coward)|thick as',
  so: 'so|all|just|nothing but|nothing more than|really|such|truly|clearly|obviously|literally|still|even|a bunch of|a bit of|what|pure|proper|actually|always|fuckin|fucking|honestly|one|some|like|only|basically|the most|the biggest',

  // Coarse words by themselves: an insult in one text, plain swearing in another.
  swear:
    '(?:mother ?|un)?(?:f[uv]c?k+|phuck|fuk|fck)(?:s|ed|ers?|in|ing)?|shit(?:e|s|ty|ting)?|bullshit|bollocks|piss(?:ed|ing)?|arsed?',

  // Words that were made to wound people for what they are.
  slur: 'nigg(?:er|a|ah)s?|n1gg[a-z]*|wogs?|coons?|darkies|darkie|golliwogs?|jungle bunn(?:y|ies)|sand ?nigg[a-z]*|pakis?|p4ki|rag ?heads?|towel ?heads?|camel ?jockeys?|muzzies?|muzzrats?|muzz?rats?|mudslimes?|musrats?|kuffar|chinks?|gooks?|ching chong|slitty[ -]eyed|kikes?|yids?|heebs?|pikeys?|gypp?o(?:s|es)?|gyppos?|jiggaboos?|porch monkeys?|half[ -]castes?|wetbacks?|spics?|faggots?|fags|shirt ?lifters?|poofs?|poofters?|bum ?boys?|bummers|dykes?|lezzers?|lesbos?|trann(?:y|ies)|shemales?|ladyboys?|troons?|he[ -]she|carpet munchers?|batty ?(?:boy|man)|turd burglars?',
  // Slurs only as an insult: a mongol is from Mongolia, and some call themselves cripples.
  ableist: 'retards?|retarded|mongs?|spastics?|spaz|spazz|spacker|cripples?|window lickers?|flids?|mongols?',

  // Violence.
  maim: 'kill|murder|shoot|stab|knife|hang|lynch|behead|rape|burn|execute|slaughter|strangle|throttle|decapitate|gut|bomb|batter|beat|smash|exterminate|gas|drown|hurt|harm|punch|kick|slap|knock|bury|skin|cut|slice|shank|glass|string|acid|petrol ?bomb|fire ?bomb|pipe ?bomb|torture|cripple|maim|garrote|poison|top|finish|throw acid|run over|put down|blow up|do in|jump|attack|hunt',
  maimed:
    'killed|murdered|shot|stabbed|knifed|hanged|hung|lynched|beheaded|raped|burned|burnt|executed|slaughtered|strangled|throttled|decapitated|gutted|bombed|battered|beaten|exterminated|gassed|drowned|tortured|put to death|run over|buried alive|strung up|blown up|horsewhipped|flogged|shanked|glassed|put against a wall|put up against (?:a|the) wall|put in the ground|taken out and shot|dragged .. shot|jo coxed|butchered|knocked off|bumped off|done in',
  weapon:
    'knife|knives|machete|blade|axe|hammer|crowbar|gun|shotgun|rifle|pistol|bullets?|baseball bat|cricket bat|bat|brick|petrol|acid|noose|rope|bomb|sword|razor|screwdriver|molotov|chainsaw|iron bar|baton|cleaver|hatchet|spade|pitchfork|cosh',
  body: 'head|skull|neck|throat|face|teeth|jaw|chest|heart|back|guts|belly|ribs|kneecaps?|knees|legs|brain|eyes?|eye ?balls?|spine|gob|mouth',
  premises:
    '(?:constituency |surgery |town |parliamentary )?(?:office|surgery|surgeries|house|home|gaff|place|car|door|windows|headquarters|hq|building|property|front door|family home|flat)',
  will: "i'll|i will|we'll|we will|i'm going to|i'm gonna|i am going to|i am gonna|im gonna|im going to|imma|we're going to|we're gonna|we are going to|gonna|going to|i'm coming to|about to|i want to|i wanna|i'd love to|i would love to|i'd like to|i swear i'll|let's|lets|i shall|someone will|someone's going to|someone's gonna|somebody will|he'll|they'll|my (?:mates|boys|lads) will|time to|who wants to|who's going to|who will|anyone want to|i might|i may|i could|i'm ready to|i intend to|i plan to|i've decided to|i should",
  should:
    "someone should|somebody should|some(?:one|body) (?:needs|ought|has) to|some(?:one|body) please|will some(?:one|body)|can some(?:one|body)|some(?:one|body)|hope some(?:one|body)|hope they|hope he|we should|people should|we need to|why (?:hasn't|has no|doesn't) (?:some|any|no) ?(?:one|body)|you should all|go and|go|let's|lets|please|just",

  // Groups people are hated for. Naming one is never a breach.
  group:
    'muslims?|islam|islamists?|jews?|jewish(?: people)?|zionists?|hindus?|sikhs?|catholics?|christians?|immigrants?|migrants?|refugees?|asylum seekers?|foreigners?|illegals?|boat people|poles|polish|romanians?|bulgarians?|albanians?|lithuanians?|eastern europeans?|pakistanis?|indians?|bangladeshis?|bengalis?|asians?|africans?|somalis?|syrians?|afghans?|iraqis?|turks?|kurds?|arabs?|chinese|nigerians?|jamaicans?|blacks|black (?:people|men|women|folk|kids|lads)|brown people|whites|white people|gypsies|gypsy|gipsies|travellers?|romany?|gays?|gay (?:people|men)|homosexuals?|homosexuality|lesbians?|queers?|bisexuals?|lgbt[a-z+]*|trans|trans ?gender|trans (?:people|women|men|kids)|transgenders|transsexuals?|disabled(?: people)?|autistic(?: people| kids)?|autistics|women|females?|girls|irish|scots|welsh|english|boomers|pensioners|old people|the elderly|ukrainians?|palestinians?|israelis?|iranians?|these people|you people|them lot|that lot|your lot|your kind|their kind|ethnics|minorities',
  // Words that make animals or filth of people.
  dehuman:
    'scum|vermin|cockroach(?:es)?|rats?|parasites?|sub ?humans?|sub-?human scum|animals|savages|filth|a disease|diseased|a plague|a cancer|a virus|a stain|a pestilence|an infestation|infest(?:ed|ing|ation)?|maggots|leeches|locusts|apes|monkeys|dogs|pigs|dirt|garbage|trash|mutants|degenerates|demons|a scourge|invaders|an invasion|invading|beasts|mongrels|inferior|swarm(?:s|ing)?|abominations?|an abomination|barbarians',
  stereotype:
    'scroungers?|spongers?|freeloaders?|thieves|thieving|criminals|rapists|rapist|groomers?|paedophiles?|pedophiles?|terrorists?|lazy|dirty|filthy|smelly|stink|stinks|stinking|violent|backward|backwards|barbaric|primitive|uncivilised|greedy|tight|drunks|sick|sick in the head|perverts?|perverted|freaks?|mental|mentally ill|unnatural|disgusting|evil|too emotional|hysterical|stupid|thick|nonces|muggers|drug dealers|liars|cheats|bloodsuckers|breeding like|breed like',
}
