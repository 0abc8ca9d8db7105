import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { unread } from '../../moderation/detect/unread.ts'
import { welsh } from '../../moderation/detect/welsh.ts'
import { languageOf, unread as unreadIn } from '../../moderation/language.ts'
import type { Context, Detector, Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const found = (detector: Detector, text: string, context: Partial<Context> = {}): Finding | undefined =>
  detector.detect({
    item: anItem({ text }),
    author: anAuthor(),
    context: { earlier: [], others: [], ...context },
    office: OFFICE,
    normal: normalise(text),
  })[0]

describe('a language', () => {
  test.each([
    ['Welsh', "Bore da, mae'r bws wedi stopio ac nid oes neb yn ateb y ffôn. Beth allwch chi ei wneud?"],
    ['Welsh', "Dw i'n meddwl am ladd fy hun"],
    ['Welsh', 'Dwi eisiau marw'],
    ['Welsh', 'Dwi ddim eisiau byw rhagor'],
    ['Polish', 'Dzień dobry, proszę o pomoc, nie mam gdzie mieszkać i nie wiem co robić'],
    ['Polish', 'Kurwa, znowu korek na rondzie, kiedy to naprawicie, bo nie mam jak dojechać'],
    ['Romanian', 'Bună ziua, nu știu cum să mă înregistrez la vot și am nevoie de ajutor pentru copii'],
    ['French', 'Bonjour, je ne sais pas où trouver une place pour mon fils dans cette école'],
    ['Spanish', '¿Dónde puedo conseguir otro contenedor para la basura? El nuestro lo robaron ayer'],
    ['Portuguese', 'Olá, não sei onde posso pedir ajuda para a minha mãe, ela está muito doente'],
    ['Italian', 'Buongiorno, non so come posso avere un appuntamento per la casa, grazie'],
    ['German', 'Guten Tag, ich habe eine Frage zu den Bussen und wie wir nach Hause kommen'],
    ['Turkish', 'Merhaba, bu çok kötü bir karar ve bizim için ne kadar zor biliyor musunuz'],
    ['Somali', 'Waxaan u baahanahay caawimo guriga, fadlan sidee baan kuu soo wici karaa maanta'],
    ['Lithuanian', 'Laba diena, prašau padėkite, nes aš negaliu gauti namo ir labai reikia pagalbos mums'],
    ['Urdu or Hindi in Latin letters', 'Aap log kya kar rahe hain, hum ko madad nahi mil rahi hai'],
    ['Urdu', 'آپ کے دفتر سے کوئی جواب نہیں آیا'],
    ['Arabic', 'سأصوت ضدك في الانتخابات القادمة'],
    ['Ukrainian', 'Допоможіть, будь ласка, мені потрібна допомога'],
    ['Russian', 'Вы ничего не сделали для этого города'],
    ['Hebrew', 'בוקר טוב, מתי השירות בספרייה?'],
    ['Chinese', '請問什麼時候開門'],
    ['Hindi', 'आप कब जवाब देंगे'],
  ])('is told: %s', (language, text) => {
    expect(languageOf(text)).toBe(language)
    expect(unreadIn(text)).toBe(language)
  })

  test.each([
    'no',
    'lol',
    'Du bist',
    'sí',
    'C’est la vie',
    'Bore da!',
    'Cymru am byth',
    'Mae Jones',
    'Iechyd da pawb',
    'La la la la la la',
    'Am I on it? No.',
    'a la carte',
    "Haud yer wheesht hen, ye've said naething in ten minutes an it wis aw rubbish",
    'wagwan fam ur man is a wasteman innit bare lies still',
    'Jo Hartley Ambleford South Pellbrook Stanmere Larkrise',
    'resign resign resign resign resign resign',
    'gr8 wrk 2day m8 c u l8r x x x',
    'уоu аrе а сunt аnd еvеrуоnе knоws it',
    '🤡🤡🤡🤡🤡',
    '',
    '   ',
    '12345 67890 11 22 33',
  ])('is not guessed at: %j', (text) => {
    expect(unreadIn(text)).toBeNull()
  })

  it('is never another where somebody writes English', () => {
    const rows = readFileSync(path.resolve(import.meta.dirname, '../cases/phrases.tsv'), 'utf8')
    const foreign = rows.split('\n').flatMap((row) => {
      const text = row.startsWith('#') ? '' : (row.split('\t')[1] ?? '')
      return unreadIn(text) === null ? [] : text
    })
    expect(foreign.filter((text) => /\b(?:the|you|and|my|to)\b/i.test(text))).toEqual([])
  })
})

describe('Welsh', () => {
  test.each([
    "Dw i'n mynd i dy ladd di",
    "dwi'n mynd i'ch lladd chi",
    'Mi ladda i chdi',
    'Dylai rhywun dy saethu',
    "Dwi'n gwbod lle ti'n byw",
    'Llosga i dy dŷ',
    'Gwylia dy gefn, Hartley',
    "Ti'n farw",
  ])('threats go to the police: %s', (text) => {
    expect(found(welsh, text)).toMatchObject({ concern: 'threat', escalate: 'police' })
  })

  it('is told to staff in English', () => {
    const reason = (text: string) => found(welsh, text)?.reason
    expect(reason("Dw i'n mynd i dy ladd di")).toContain('The Welsh says: I will kill or hurt you')
    expect(reason("Dwi'n gwbod lle ti'n byw")).toBe('The Welsh says: I know where you live.')
    expect(reason('Gwylia dy gefn')).toBe('The Welsh says: watch your back.')
    expect(reason('Lladda dy hun')).toBe('The Welsh says: kill yourself.')
    expect(reason('Yr hen ast dew')).toBe('The Welsh calls a woman a bitch.')
  })

  it('that tells only where children are is for a person to look at', () => {
    const school = "Dwi'n gwybod ble mae dy blant yn yr ysgol, maen nhw yn yr un ysgol â fy mab"
    expect(found(welsh, school)).toMatchObject({
      gravity: 'mild',
      reason: 'The Welsh says: I know where your children are.',
    })
    expect(found(welsh, school)).not.toHaveProperty('escalate')
    const menace = "Dwi'n gwybod ble mae dy blant. Dw i'n mynd i dy ladd di"
    expect(found(welsh, menace)).toMatchObject({ gravity: 'grave', escalate: 'police' })
  })

  test.each(['Yr hen ast dew', 'Ffyc off y gont', 'dos i ffwcio', 'Lladda dy hun'])('abuse is heard: %s', (text) => {
    expect(found(welsh, text)).toMatchObject({ concern: 'abuse', gravity: 'plain' })
  })

  test.each([
    'Mae gen i ast a dau gi',
    'Rhaid lladd y gwair cyn y glaw',
    'Mae’r polisi yma yn lladd ffermydd Cymru',
    'Celwyddgi! Bradwr! Ymddiswydda',
    'Dw i’n gwybod ble ti’n gweithio. Bydda i yno heno gyda chacen i Priya.',
    'Mae rhywun wedi bygwth fy lladd i, beth alla i wneud?',
    'Tyllau ffycin ym mhob man ar yr A470',
    'Diolch yn fawr am eich help',
    "Rydw i'n mynd i'ch gweld chi ddydd Sadwrn",
  ])('is free: %s', (text) => {
    expect(found(welsh, text)).toBeUndefined()
  })
})

describe('what is not read', () => {
  const POLISH = 'Nie wiem co robić, bo ty nie jesteś dla nas i my to wiemy'

  it('is looked at only if something else points to menace', () => {
    expect(found(unread, POLISH)).toBeUndefined()
    expect(found(unread, `${POLISH} 🔪🔪`)).toMatchObject({ concern: 'abuse', gravity: 'mild' })
    expect(found(unread, `${POLISH} 🔪`)?.reason).toContain('It is in Polish')
    const earlier = [{ text: 'you vile fucking bitch', at: NOON }]
    expect(found(unread, POLISH, { earlier })?.reason).toContain('abusive before')
  })

  it('is never English', () => {
    expect(found(unread, 'I will be there with the kitchen knives for the charity sale 🔪')).toBeUndefined()
    expect(found(unread, 'lol 💀')).toBeUndefined()
  })
})
