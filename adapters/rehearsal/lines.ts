/**
 * What people write whatever the post. CONTENT WARNING: insults, threats and talk of self-harm, since a moderation tool
 * must be seen to recognise them. The MP, the staff, the people and the places are invented; telephone numbers are from
 * Ofcom's drama ranges and domains are example domains.
 *
 * `{...}` is filled in by chance: see fill() in parts.ts.
 */

export const CRITIC = [
  'All talk. You have been our MP for years and {place} is worse in every way I can measure.',
  'You are a liar, Jo. You said one thing on the doorstep and did the opposite in London.',
  'Never here except at election time. I have seen more of Halley’s comet.',
  'I voted for you twice. Never again, and my whole street says the same.',
  'Resign. Honestly, just resign and let someone have a go who gives a monkey’s.',
  'That’s not an answer, that’s a press release. We can tell the difference.',
  'You promised to oppose it and you abstained. Cowardice. There is no other word for it.',
  'Another photo of you pointing at {thing}. Does pointing work? Has it ever worked?',
  'Your party has wrecked this town and you clapped while they did it. Blood on your hands.',
  'Shameful. And I say that as someone who put your leaflets through doors.',
  'It’s always “I have written to”. Postman must be worn out.',
  'Nobody in {place} asked for this. You didn’t consult, you didn’t listen and you don’t care.',
]

export const THANKS = [
  'Thank you Jo. Don’t always agree, but you do answer.',
  'Your office was brilliant with my mum’s attendance allowance. Please tell Tom.',
  'Just to say Priya was patient with me on the phone when I was not at my best. Thank you.',
  'Well said. About time somebody did.',
  'Thank you for coming to {place}. The tea was terrible, the chat was good.',
]

export const QUESTION = [
  'How did you vote on this, and where can I look it up?',
  'Genuine question: what would it cost, and who pays?',
  'Is this for everyone in Ambleford South, or only the town?',
  'What time does your office open on {weekday}s?',
  'Can under-18s write to you about {thing} as well?',
]

/** Casework told in public. Each is one person's lasting trouble: the same person comes back to the same one. */
export const CASEWORK = [
  'Damp all down the bedroom wall on {street}, housing association says {weeks} weeks, my little girl has asthma. Who do I speak to at your office?',
  'PIP stopped on the {day}th, no letter, no call. I have sent the form twice. Can somebody in your office chase it please?',
  'My wife’s visa has been “in a queue” for {months} months. Our son asks for her every night. Please can you help?',
  'Pothole outside {number} {street} took my tyre off. Reported it {weeks} weeks ago, reference H/{ref}. Whose job is it?',
  'Bins not emptied on {street} since the {day}th. Rats now. Council says it’s the contractor, contractor says it’s the council.',
  'Waiting {months} months for my driving licence to come back after a medical. No licence, no job. Can you ask them?',
  'No heating since the {day}th, two children under five, landlord not answering. I don’t know who else to ask.',
  'Our EHCP deadline was {weeks} weeks ago. He has no school place. How do I book an appointment with you?',
  'Street lights out the whole length of {street}. My mum won’t go out after four. Can someone report it for us?',
  'They say I owe £{sum} carer’s allowance because I earned a few pounds over. I can’t pay it. Can you look at my case?',
]

export const CHASER = [
  'Morning, only me again about the same thing, reference H/{ref}. No rush, I know you’re busy, but it has been {weeks} weeks.',
  'Still nothing I’m afraid. I’m trying to stay polite. Could somebody ring me on 07700 900{ofcom}?',
  'Any news about my case? I’ve got a letter now and I don’t understand it.',
]

export const MESSAGE_CASEWORK = [
  'Hello, sorry to write here. I’m being evicted on the {day}th, the letter says 21 days. I have two children and nowhere to go. Can I see somebody? My number is 07700 900{ofcom}.',
  'Dear Jo, my husband’s passport is at the Home Office and his mother is dying in Lahore. Application reference GWF{ref}. Please, is there anything your office can do?',
  'hi is this the right place. my universal credit was £{sum} last month and 0 this month and the journal just says closed. ive rung and rung',
  'Good afternoon. My son’s school transport was cancelled by text. He is in a wheelchair. I’d be grateful for a call from Mr Walsh when he is free.',
  'I think my late father’s pension was underpaid for years, there was something about it in the Gazette. How would I find out? I have all his papers in a tin.',
]

export const MESSAGE_THANKS = [
  'It came through this morning. Eleven months and it came through. I can’t thank you all enough, I’ve just sat on the stairs.',
  'Tell Tom it worked! I’ll drop a cake in on {weekday}, he said he isn’t allowed it but I’m bringing it.',
  'No need to reply. I was the one shouting on the phone in {month}. I’m sorry, and thank you, you were decent about it.',
  'Mum has her stairlift. She has been up and down it all afternoon like a child. Thank you all.',
  'They’ve backdated it. I can pay my brother back now. Please thank whoever rang them.',
]

export const RUDE = [
  'What a muppet.',
  'You’re about as much use as a chocolate teapot, love.',
  'Oh do shut up, you daft plank.',
  'Couldn’t run a bath, this one. Clown.',
  'Ignorant, smug and late. The full set.',
  'Jo Hartley: all the charm of a wet weekend in {place}.',
]

/** Swearing at things isn't swearing at people. */
export const SWEARING = [
  'what the fuck is going on with the Dunwater bypass, {minutes} minutes to do two miles',
  'That junction on {street} is an absolute shitshow, someone is going to get hurt',
  'What a fucking mess {thing} is. No offence to you personally.',
  'Got the letter about {thing}. Bollocks. Total bollocks, start to finish.',
  'this bloody form is {number} pages long and page {day} is upside down',
]

export const ABUSE = [
  'You fat ugly cow, go and die in a ditch.',
  'Useless lying bitch. Look at the state of her.',
  'what a worthless piece of shit you are hartley',
  'Go fuck yourself Jo, you and your whole vile family.',
  'You disgusting old slag, nobody in {place} can stand the sight of you.',
  'Brainless greedy pig with your snout in the trough. Hope you choke on it, you cunt.',
  'I hope you get cancer and nobody visits.',
  'thick as pigshit and twice as ugly. fuck off back under your rock you stupid bitch',
  'Shut your mouth you dirty two-faced whore.',
  'Scum. Vile subhuman scum, that’s what you are, you rancid cow.',
]

export const STAFF_ABUSE = [
  'That Priya on your phones is a thick stuck-up bitch and you can tell her I said so.',
  'tom walsh is a spotty little cunt who couldn’t wipe his own arse without a form',
  'Spoke to Priya Nair. Rude stupid cow, wants sacking. Go back to where you came from.',
  'Your caseworker Tom is a useless retard. Fucking hopeless the lot of you.',
  'who’s the braindead moron writing these posts, is it you tom? you pathetic little worm',
]

export const THREAT = [
  'I know where you park on a Friday. You’ll get what’s coming to you, I’ll make sure of it.',
  'Someone should put a brick through your window, and then one through your face. I might save them the trouble.',
  'keep talking jo. im going to find you and im going to hurt you',
  'See you at the library on Friday. You won’t walk out of it.',
  'You’ll burn for this. I’ve got the petrol and I’ve got your address.',
  'You’ve got kids haven’t you Jo. Be a shame.',
  'Next time you open that library door I’ll be stood behind it with a hammer.',
]

/** People in danger, in private. Never a breach, whatever the words: someone must call them back. */
export const RISK = [
  'I don’t know why I’m writing to you. They’ve stopped my money again and I can’t see a way on from here. I don’t want to wake up tomorrow. Sorry.',
  'he’s taken my keys and my phone’s nearly dead. he said next time he’ll kill me. please dont ring the house. is there somewhere i can go',
  'My neighbour’s little boy is out in the yard again in his pyjamas and he has bruises all up his arms. I don’t know who to tell.',
  'i cant do this any more. nobody would even notice. thank you for trying with the pip, tell tom it wasnt his fault, bye',
  'Sorry to bother you at night. I’ve been sat in the car since six. The kids would be better off with the insurance. I just wanted somebody to know.',
  'im 15 and i dont feel safe at home because of my stepdad. i cant tell school they will ring him. can you help without him knowing',
]

export const IMPOSTOR = [
  'This is Jo Hartley MP. My main account has been hacked, please follow me here and DM me your name and bank details for the hardship payment.',
  'Official Jo Hartley MP backup account. Constituents are owed a £{sum} energy refund, message me your card number to claim.',
  'Hello dear, it is Jo Hartley MP. I am choosing 50 residents for a private grant. Kindly send your date of birth and account number.',
]

export const DOXXING = [
  'Priya Nair lives at {number} Tollgate House, flat {day}, and her mobile is 07700 900{ofcom}. Go and tell her what you think at home.',
  'If the office won’t answer: Tom Walsh, {number} Weavers Row, silver hatchback. Pop round. Late. Bring friends.',
  'Found out where Hartley’s kids go to school, it’s the one on {street}, out at ten past three. Pass it on.',
  'For anyone who wants a word with Tom outside office hours, he’s at {number} {street}, green door, and his mum’s on 01632 960{ofcom}.',
]

export const SCAM = [
  'I made £{sum} in one week with this government approved scheme, Jo Hartley recommends it 💷💷 https://double-it.example.net/ambleford',
  'You have an unclaimed council tax refund of £{sum}. Verify your bank card here: https://refund-parliament-uk.example.com/claim',
  'Bad credit? Cash today, no checks, £50 to £5,000 👉 https://quickcash.example.net/?ref={ref}',
]

export const ALLEGATION = [
  'Hartley took a brown envelope from the Mill Lane builders, everyone at the council knows it.',
  'Ask Tom Walsh who pays for his holidays. Bribes, that’s who. They’re all in on it.',
]

/** One text sent by many people. A campaign is how citizens speak together, and no breach. */
export const CAMPAIGN = [
  'As a constituent I urge you to vote for the Clean Rivers Amendment on {weekday}. Our rivers cannot wait. #OurPell',
  'Please keep Pellbrook library open. It is warm, it is free and it is ours. Will you sign the pledge? #KeepPellbrookReading',
  'Dear MP, please attend the debate on unpaid carers on {weekday} and speak up for the 9,000 of us in Ambleford South.',
  'I am asking you to back a public inquiry into the Dunwater bypass. We deserve to know where £{number} million went.',
]

/** One person who won't stop. */
export const FLOOD = [
  'ANSWER THE QUESTION',
  'answer the question coward',
  'still hiding? answer the question',
  'tick tock. answer the question. i will do this under every post till you crack',
  'ANSWER ANSWER ANSWER you pathetic coward',
]

export const OBFUSCATED = [
  'what a c*nt, honestly, a complete and utter c u n t',
  'j0 h4rtley is a f4t b1tch and 3very0ne kn0ws 1t',
  'you w\u200Bh\u200Bo\u200Br\u200Be',
  'fücking lying sl@g',
  'b.i.t.c.h',
]

export const EMOJI = ['👏👏👏', '🙄', '🤡🤡', '❤️ thank you', '🚌❓', '👎👎👎', '💤', '😂😂 good one', '🕳️🚗💥']

export const OTHER_LANGUAGES = [
  { lang: 'cy', text: 'Diolch yn fawr am eich help gyda’r bws i’r ysbyty.' },
  { lang: 'pl', text: 'Dzień dobry, od trzech tygodni nikt nie odbiera śmieci z naszej ulicy. Do kogo mam napisać?' },
  { lang: 'ro', text: 'Bună ziua, cum pot face o programare la biroul dumneavoastră?' },
  { lang: 'ur', text: 'السلام علیکم، میں اپنے والد کی پنشن کے بارے میں آپ کے دفتر سے کیسے بات کر سکتا ہوں؟' },
  { lang: 'ar', text: 'شكراً لكم على مساعدة عائلتي في موضوع السكن.' },
  { lang: 'uk', text: 'Дякуємо за допомогу з візою для моєї мами!' },
  { lang: 'pt', text: 'Bom dia, a que horas abre o atendimento de sexta-feira?' },
]

export const PICTURES = [
  {
    text: 'This is {street} this morning. That is a family-size bucket for scale.',
    alt: 'A pothole full of water with a red bucket standing in it',
  },
  { text: 'Damp on the bedroom wall, third photograph I’ve sent.', alt: 'A bedroom wall with black mould above a cot' },
  { text: 'Bus shelter in {place}. Spot what’s missing.', alt: 'A bus stop sign beside an empty concrete base' },
  { text: 'The gnome is home. Thank you Stanmere.', alt: 'A garden gnome on a doorstep, wearing a hi-vis waistcoat' },
  {
    text: 'Drew you at the fete, says my six-year-old. You have seven fingers, sorry.',
    alt: 'A child’s crayon drawing of a smiling woman holding a marrow',
  },
]

/** How people begin and end, so that the same thought is seldom said twice in the same words. */
export const OPENERS = ['', '', '', '', 'Jo. ', 'Hello Jo. ', 'Honestly. ', 'Right. ', 'Well. ', 'Hm. ']
export const CLOSERS = [
  '',
  '',
  '',
  '',
  '',
  ' 🙄',
  ' Just saying.',
  ' There, I’ve said it.',
  ' Rant over.',
  ' No reply needed.',
]
