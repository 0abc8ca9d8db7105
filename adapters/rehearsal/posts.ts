/**
 * What the MP posts about, and what the street has to say about each. `{...}` is filled in by chance: see fill() in
 * parts.ts. Everything is invented; criticism is meant to be sharp, funny and lawful.
 */
export interface Post {
  text: string
  /** What it is about, to be put after "about" or "on". */
  thing: string
  critic: readonly string[]
  thanks: readonly string[]
  question: readonly string[]
}

export const POSTS: readonly Post[] = [
  {
    text: 'Resurfacing of Stanmere Road starts on Monday. Thank you to everyone who sent me photographs of the potholes.',
    thing: 'Stanmere Road',
    critic: [
      'Stanmere Road again. {street} has a hole in it you could bath a dog in and nobody is resurfacing that.',
      "You didn't get this done, the council did. You got the photograph done.",
      'Three days’ notice to close the only road to the trading estate. Did anyone ask one single business? Shambles.',
      'Resurfaced in 2021, fell to bits in 2022. Who signs this off, and why is it never the same person twice?',
      'I sent you a picture of that pothole in March. It has since had a birthday. We made it a cake.',
      '{months} months of emails about {street} and this is the answer. You should be ashamed.',
    ],
    thanks: [
      'About time, and thank you. My suspension thanks you as well.',
      'Credit where it’s due: I emailed on the Tuesday and your office rang on the Thursday.',
    ],
    question: [
      'Will the 14 still stop by the chemist while it’s dug up?',
      'Is that the whole road, or just the bit you can see from the pub?',
      'Which weekend does the diversion down {street} start?',
    ],
  },
  {
    text: 'I met the bus company about the 14 and the X4 today. They have promised a Sunday service to Pellbrook from the spring.',
    thing: 'the buses',
    critic: [
      'They promised that last spring. And the spring before. I am {age}, I have not got that many springs.',
      'The 14 was {minutes} minutes late this morning and then two came, both full. You could have waited at the stop and met them there.',
      'A meeting about a promise about a bus. Give over.',
      'My lad turned down a job at the trading estate because there’s no bus home after six. Your party has had years to fix this.',
      'You voted against the bill that would have let the county run its own buses, and now you’re “meeting” people. Hypocrite.',
      'X4: the X stands for “unlikely”.',
    ],
    thanks: [
      'Thank you for keeping on at them. Mum can get to church again if this comes off.',
      'The driver of the 14 is a saint, please tell the company that as well.',
    ],
    question: [
      'Does the Sunday bus go past the General or not?',
      'Will my pass work before half past nine on it?',
      'What happens to the school run on the X4?',
    ],
  },
  {
    text: 'My next surgery is on Friday at Ambleford Library, 4pm to 6pm. No appointment needed, and the kettle will be on.',
    thing: 'the surgery',
    critic: [
      'Friday at 4pm. Some of us work, Jo. Some of us work to pay for you.',
      'Last time I queued {minutes} minutes for four minutes with a lad who wrote it all down and did nothing.',
      'Why is it always Ambleford and never {place}? Do we not vote out here?',
      'Two surgeries a month for 74,000 people. The vet does better.',
      'Kettle’s on, is it. Lovely. Any chance of an answer to a letter as well?',
    ],
    thanks: [
      'Came last month about my dad’s care. Tom was kind and it got sorted. Thank you both.',
      'Good to see one in the library. Please keep it open so there’s somewhere to have them.',
    ],
    question: [
      'Is there a ramp round the back? My chair won’t do the front steps.',
      'Can I bring my neighbour to translate?',
      'Do I need to bring the letters or will you have them?',
    ],
  },
  {
    text: 'Tonight I voted for the Renters’ Repairs Bill. No family should lose a home for asking for a repair.',
    thing: 'the Renters’ Repairs Bill',
    critic: [
      'Fine words from someone who voted against exactly this two years ago. It’s on the record, Jo.',
      'I let out one flat, my late mother’s. This bill treats me like a slum landlord. You never even held a meeting.',
      'It has more loopholes than my curtains. Section 9 lets them do exactly what they did before.',
      'Nothing in it about service charges. Ours went up {number} per cent. You know this, I have told you, you do nothing.',
      'You’d vote for a wet paper bag if the whips told you to. Spineless.',
    ],
    thanks: [
      'Thank you. We had black mould for {months} months and were scared to say so.',
      'First time I’ve agreed with you since 2019. Don’t get used to it.',
    ],
    question: [
      'Does it cover housing associations as well?',
      'When does it come in? My tenancy is up in {weeks} weeks.',
      'Which way did you vote on amendment {number}?',
    ],
  },
  {
    text: 'What a turnout at the Larkrise fete! Congratulations to the winner of the vegetable competition, a truly alarming marrow.',
    thing: 'the fete',
    critic: [
      'Glad you had time for the marrow. The marrow gets answered quicker than I do.',
      'Families at the food bank next door and you’re judging vegetables. Tone deaf.',
      'It rained, the tombola was fixed and you left after twenty minutes. I counted.',
      'Great, another photo op. Can the marrow vote? It would do less damage.',
    ],
    thanks: [
      'Thank you for staying for the raffle. Sorry about the goat.',
      'Lovely day. My marrow is gracious in defeat. I am not.',
    ],
    question: [
      'Who won the scarecrow competition?',
      'Will the brass band be back for the carnival?',
      'Has anyone handed in a blue cardigan?',
    ],
  },
  {
    text: 'The water company must stop putting sewage into the River Pell. I have written to its chief executive again today.',
    thing: 'the River Pell',
    critic: [
      'You voted to let them off. Then you write to them. Which one of you is it?',
      'Another letter. The river is full of letters. And the other thing.',
      'My kids used to paddle there. {number} spills this year and bonuses all round. Your lot let it happen.',
      'A strongly worded letter, is it. They’ll be shaking in their waders.',
      'You take their hospitality at the cricket, it’s on the register, and then act outraged. Do me a favour.',
    ],
    thanks: [
      'Thank you for not letting this go. The river group appreciates it.',
      'Good letter, read the whole thing. More like that please.',
    ],
    question: [
      'Have they ever answered one of your letters?',
      'Is it safe for the dog below {place}?',
      'Will you publish what they reply?',
    ],
  },
  {
    text: 'I spent the morning at the General listening to staff about the waits for scans. They are doing extraordinary work.',
    thing: 'the General',
    critic: [
      'Extraordinary work that you won’t pay them for. I’m one of them. You walked past our break room, which has a bucket in it.',
      'My sister waited {months} months for a scan. It was too late. I don’t want listening, I want beds.',
      'You marched to save the maternity ward and then voted for the budget that shut it. We all remember.',
      'They cleaned the corridor for you. First time this year.',
      'Clapping doesn’t pay the gas, Jo.',
    ],
    thanks: [
      'You came to the night shift last year with no cameras. That was noticed. Thank you.',
      'Thanks for raising the car park charges, £{number} off this month.',
    ],
    question: [
      'Is the walk-in at {place} reopening or not?',
      'How long is it for a knee now?',
      'Did they say when the second scanner comes?',
    ],
  },
  {
    text: 'The planners have asked for views on 240 new homes at Mill Lane. We need homes, and we need the school places with them.',
    thing: 'Mill Lane',
    critic: [
      'So are you for it or against it? You could knit a jumper out of that sentence.',
      '240 homes and one road in. Have you ever tried to turn right out of {street} at half eight?',
      'My son is {age} and still in his old bedroom because of people writing objections. Build them and build more.',
      'You said “not one more house on Mill Lane” at the hustings. I have it on video. Was that a lie or a promise with a use-by date?',
      'That field floods. Everyone knows it floods. It’s called Water Meadow, there’s a clue.',
    ],
    thanks: ['Thank you for saying school places out loud.', 'Sensible. Bit late, but sensible.'],
    question: ['Where do I send my view, and by when?', 'How many of them are for rent?', 'Who owns the field?'],
  },
  {
    text: 'More than 400 families in Ambleford are waiting for an autism assessment. I asked the minister about it today.',
    thing: 'the assessments',
    critic: [
      'You asked, he waffled, you sat down. I watched it. My daughter has been on that list for {months} months.',
      'Four hundred and one. You told me in person you’d follow it up. You didn’t. That’s not busy, that’s a lie.',
      'It was your government that cut the team from nine to four. Don’t you dare ask the question as if it fell from the sky.',
      'Words, words, words. Meanwhile he’s eleven and hasn’t been in a classroom since {month}.',
    ],
    thanks: [
      'Thank you for reading my letter out. I cried, in a good way.',
      'As an autistic adult in {place}: thank you for using the right words.',
    ],
    question: [
      'What did the minister actually say about the money?',
      'Does going private take you off the list?',
      'Is there still a drop-in at the library?',
    ],
  },
  {
    text: 'I know how worried many of you are about heating bills this winter. My office can help you check what you are owed.',
    thing: 'heating bills',
    critic: [
      'You took it off us and now you’ll help us look for it. That’s rich.',
      'I’m {age}. I worked from fifteen. I go to bed at six to keep warm and you claim for yours on expenses. Shameful.',
      'Check what I am owed? I’m owed an apology, that’s what I am owed.',
      'Standing charges have gone up again and you have said nothing. Nothing. Cowardly.',
    ],
    thanks: [
      'Rang on Monday, had £{number} a month I never knew about. Thank the lady who answered.',
      'Good idea. Could you do one in Pellbrook for those of us without the internet?',
    ],
    question: [
      'Is it the same number as the office?',
      'Do you need my National Insurance number or just the bill?',
      'Does it count if I’m on a meter?',
    ],
  },
  {
    text: 'Thank you to the forty volunteers of the Stanmere litter pick: 61 bags, two trolleys and a garden gnome.',
    thing: 'the litter pick',
    critic: [
      'Volunteers doing the job the council stopped doing because you cut its grant. Hooray.',
      'There is a fridge on {street}. It has been there so long it gets post.',
      'You picked up one crisp packet for the camera and got back in the car.',
      'Fine them. Catch them and fine them. You’re soft on it and they know.',
    ],
    thanks: [
      'Lovely morning. The gnome is mine, please may I have him back.',
      'Thank you for coming, and for bringing bacon rolls.',
    ],
    question: [
      'When’s the next one?',
      'Who do you tell about the fridge on {street}?',
      'Can children come if they’re with a grown-up?',
    ],
  },
  {
    text: 'The last bank in Pellbrook is closing. I am asking for a banking hub, and I want to hear how the closure will affect you.',
    thing: 'the bank',
    critic: [
      'You want to hear how it will affect me. It’s a bank. I keep my money in it. Have a think.',
      'The post office, the library van, now this. What exactly has got better out here since you were elected?',
      'I’ve been a customer {age} years. They gave me a leaflet. You’re giving me a post with a picture of the leaflet. Neither of you is any use.',
      'All the banks made billions and you won’t say boo to them. Gutless.',
    ],
    thanks: [
      'Thanks, the hub at Larkrise has been a godsend, we need one.',
      'Glad somebody is asking. My shop takes cash and I can’t leave it to drive to town.',
    ],
    question: [
      'Where is the nearest machine that isn’t broken?',
      'Would the hub be open on Saturdays?',
      'Can the library do it?',
    ],
  },
]
