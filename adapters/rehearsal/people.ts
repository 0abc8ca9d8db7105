import type { Author } from '../../moderation/model.ts'
import { type Dice, dice } from './dice.ts'

/**
 * Everybody on the street. A person is what the seed makes of a name-like key, so the same key is the same person, with
 * the same face and past, whenever it turns up. All of them are invented.
 */

/** How somebody comes across before a word is read. */
export type Sort = 'neighbour' | 'newcomer' | 'impostor' | 'seller'

const FIRST_NAMES = [
  'Agnieszka Ayesha Bev Callum Chidi Colin Dafydd Deb Denise Derek Doreen Dot Ewa Femi Glenys Gurpreet Hamza Hilary',
  'Imran Irena Janet Joan Kath Keith Ken Leanne Lorraine Malc Marek Marjorie Maureen Moira Nadia Nige Norma Olu Parveen',
  'Pauline Ravi Ros Ruth Sanjit Shazia Shelagh Siobhan Stu Suresh Sylvia Terry Trev Val Vern Wei Winston Yasmin Zofia',
].flatMap((line) => line.split(' '))

const SURNAMES = [
  'Akhtar Arkle Bassi Bellwood Birtle Bockett Cleave Cragg Dallow Dunnock Eboh Fettle Gadsby Garrick Grewal Hebble Iqbal',
  'Jessop Kilner Kowal Larkin Lathe Maddock Mistry Mossop Nowicki Oddy Okoro Ollerton Pargeter Pellow Prosser Quill',
  'Raikes Rehman Sallow Skelding Stannery Stott Tandy Thripp Tolley Twigg Uttley Vickers Wadlow Warde Wragg Yardley',
].flatMap((line) => line.split(' '))

const NICKNAMES = [
  'Fed Up of Ambleford',
  'Speaking As I Find',
  'Just A Taxpayer',
  'Pell Valley Common Sense',
  'The Truth Hurts',
]

const BIOS = [
  'Ambleford born and bred. Views my own, dog’s opinions available on request.',
  'Retired teacher. Allotment 14B. Strong feelings about slugs.',
  'Mum of three, school governor, permanently tired.',
  'Ambleford Town FC, home and away, for my sins.',
  'Bus user. Timetable collector. Unlikely to be on time through no fault of my own.',
  'Nurse at the General. Nights.',
  'Baker on Mill Lane. Up before you are.',
  'Campaigner for a cleaner River Pell. Swims in it anyway.',
  'I fix boilers. Please do not message me about boilers.',
  'Parish councillor (independent), Pellbrook.',
  'Carer for my husband. Cross-stitch, crosswords, cross generally.',
  'Small business owner. Two shops, one van, no weekends.',
  'Here for the planning notices.',
  '',
  '',
]

const DAY = 86_400_000
/** Neighbours joined before the street was thought of; what counts is that it never moves. */
const LONG_AGO = Date.UTC(2024, 0, 1)

interface Birth {
  chance: Dice
  first: string
  surname: string
  number: number
  /** So many days before the latest moment at which they may have joined. */
  joined: (least: number, most: number) => Date
}

const SORTS: Record<Sort, (birth: Birth) => Partial<Author>> = {
  neighbour: ({ chance, first, surname, joined }) => ({
    displayName: chance.pick([`${first} ${surname}`, `${first} ${surname}`, first, `${first} ${surname.slice(0, 1)}.`]),
    bio: chance.pick(BIOS),
    createdAt: joined(0, 3_000),
    followers: chance.int(3, 900),
    following: chance.int(20, 700),
    posts: chance.int(40, 9_000),
    hasAvatar: chance.chance(0.85),
    verified: chance.chance(0.05),
  }),
  newcomer: ({ chance, first, surname, number, joined }) => ({
    displayName: chance.pick([first, `${first}${number}`, `${first} ${surname}`, ...NICKNAMES]),
    bio: '',
    createdAt: joined(2, 60),
    followers: chance.int(0, 12),
    following: chance.int(5, 300),
    posts: chance.int(1, 400),
    hasAvatar: chance.chance(0.3),
    verified: false,
  }),
  impostor: ({ chance, number, joined }) => ({
    handle: `${chance.pick(['jo-hartley-mp-official', 'johartleymp-team', 'jo-hartiey-mp'])}-${number}.street.example`,
    displayName: chance.pick(['Jo Hartley MP ✔', 'Jo Hartley MP', 'Jo Hartley MP (official backup)']),
    bio: 'Member of Parliament for Ambleford South. Official account.',
    createdAt: joined(0, 2),
    followers: chance.int(0, 9),
    following: chance.int(200, 900),
    posts: chance.int(1, 8),
    hasAvatar: true,
    verified: false,
  }),
  seller: ({ chance, joined }) => ({
    displayName: chance.pick(['Smart Money UK', 'Grants 4 You', 'Ambleford Refunds', 'Cheap Loans Today']),
    bio: 'DM for details 💷',
    createdAt: joined(0, 5),
    followers: chance.int(0, 4),
    following: chance.int(900, 2_000),
    posts: chance.int(300, 3_000),
    hasAvatar: chance.chance(0.5),
    verified: false,
  }),
}

/** @param joinedBy the latest moment, in ms since 1970, at which they may have joined; left out for old hands */
export function person(seed: number, key: string, sort: Sort, joinedBy = LONG_AGO): Author {
  const chance = dice(seed, 'person', key)
  const first = chance.pick(FIRST_NAMES)
  const surname = chance.pick(SURNAMES)
  // So many come and go that only a number keeps their handles apart.
  const number = chance.int(2, sort === 'neighbour' ? 98 : 9_999)
  const joined = (least: number, most: number) => new Date(joinedBy - chance.int(least, most) * DAY)
  const name = chance.pick([`${first}-${surname}`, `${first}${surname}`, `${first.slice(0, 1)}-${surname}`])
  return {
    platform: 'rehearsal',
    id: `person-${seed}-${key}`,
    handle: `${name.toLowerCase()}-${number}.street.example`,
    ...SORTS[sort]({ chance, first, surname, number, joined }),
  }
}
