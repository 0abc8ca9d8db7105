import { describe, expect, it, test } from 'vitest'
import { atRisk } from '../../moderation/detect/at-risk.ts'
import type { Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const found = (text: string): Finding[] =>
  atRisk.detect({
    item: anItem({ text }),
    author: anAuthor(),
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  })
const reasons = (text: string): string[] => found(text).map(({ reason }) => reason)
/** Staff are called: see CERTAIN in decide.ts. */
const surest = (text: string): number => Math.max(0, ...found(text).map(({ score }) => score))

describe('somebody at risk', () => {
  test.each([
    ['Dwi eisiau marw', 'I want to die'],
    ['dw i jyst isio marw', 'I want to die'],
    ['Rwy’n dymuno marw', 'I want to die'],
    ['wi moyn marw', 'I want to die'],
    ['Hoffwn i farw heno', 'I want to die'],
    ['Dwi ddim eisiau byw rhagor', 'I do not want to live'],
    ["Dwi'm isio bod yma ddim mwy", 'I do not want to live'],
    ["Sai'n moyn byw fel hyn", 'I do not want to live'],
    ["Dw i'n meddwl am ladd fy hun", 'kill myself'],
    ['Rydw i am roi diwedd ar fy mywyd', 'end my life'],
    ["Dwi'n torri fy hun eto", 'hurt or cut myself'],
    ["Rwy'n meddwl am hunanladdiad", 'suicide'],
    ['Does dim pwynt byw', 'no point in living'],
    ['Fedra i ddim cario mlaen', 'I cannot go on'],
    ['does gen i ddim rheswm i fyw', 'no point in living'],
    ['Dwi wedi cael digon ar fywyd', 'no point in living'],
    ['Mae fy mam wedi bod yn fy nharo ers i fi fod yn fach', 'hits me'],
    ['Mae fy mab yn bygwth lladd ei hun', 'somebody near the author'],
    ['Mae fy ngŵr yn fy nharo i bob nos ac mae’r plant yn ofnus', 'hits me'],
    ["Ma fe'n bwrw fi", 'hits me'],
    ["Mae o'n fy nghuro i pan mae o wedi meddwi", 'hits me'],
    ["Mae'n fy nharo i bob nos", 'hits me'],
    ['Mae fy mhartner wedi bod yn fy ngham-drin i ers blynyddoedd', 'abuses me'],
    ['Mae gen i ofn fy ngŵr', 'afraid'],
    ['Mae arna i ofn mynd adra heno', 'afraid'],
    ["Mae llystad yn curo'r plant", 'a child is hit'],
    ["Mae'r bachgen drws nesaf yn gleisiau i gyd", 'a child is hit'],
    ['Mae ganddo fo gyllell', 'a knife'],
    ['Mae rhywun wedi bygwth fy lladd i, beth alla i wneud?', 'means to kill the author'],
    ["Da ni'n cysgu yn y car efo'r plant", 'nowhere to sleep'],
    ['Does gen i nunlle i fynd heno', 'nowhere to sleep'],
    ["Mae fy mhlant i'n llwgu", 'starving'],
  ])('is heard in Welsh, and staff are told what it says: %s', (text, meaning) => {
    expect(reasons(text).join()).toContain(meaning)
    expect(reasons(text).join()).toContain('In Welsh it ')
    expect(surest(text)).toBeGreaterThanOrEqual(0.5)
  })

  test.each([
    'Dwi bron â marw o chwerthin',
    'Dwi isio marw o gywilydd',
    "Dwi'n marw eisiau paned",
    'Dydw i ddim eisiau marw',
    'Dwi ddim eisiau byw yng Nghaerdydd',
    "Mae'n fy nharo i fod y cyngor yn anghywir",
    "Mae o'n fy nharo i'n od iawn",
    'Bron i mi ladd fy hun yn chwerthin',
    "Mae'r toriadau yn taro'r plant tlotaf",
    "Mae hi'n bwrw glaw eto yn Ambleford",
    "Mae'r polisi yma yn lladd ffermydd Cymru",
    'Mae plant yn llwgu yn Gaza',
    "Does dim pwynt mynd ymlaen â'r cynllun yma",
    'Mae Iwerddon wedi curo ni eto yn y rygbi',
    'Tyllau ffycin ym mhob man ar yr A470',
    "Dwi'n cysgu mewn pabell ar fy ngwyliau",
    'Dw i wedi cael digon o fywyd yng Nghaerdydd',
    "Mae'n fy nharo i am fod y cyngor yn ddall",
    'Elusen sy’n atal hunanladdiad ydyn ni',
  ])('is nobody in everyday Welsh: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  test.each([
    ['Nie chcę już żyć', 'Polish', 'I do not want to live'],
    ['nie chce juz zyc', 'Polish', 'I do not want to live'],
    ['Mąż mnie bije, pomocy', 'Polish', 'he hits me'],
    ['Mąż zabrał mi telefon. Boję się dziś wrócić do domu', 'Polish', 'afraid to go home'],
    ['Nu mai vreau să trăiesc', 'Romanian', 'I do not want to live'],
    ['Soțul meu mă bate în fiecare seară', 'Romanian', 'he hits me'],
    ['Ya no quiero vivir', 'Spanish', 'I do not want to live'],
    ['mi marido me pega a mí y a los niños', 'Spanish', 'he hits me'],
    ['quero morrer', 'Portuguese', 'I want to die'],
    ['O meu marido bate-me', 'Portuguese', 'he hits me'],
    ['Voglio morire, non ce la faccio', 'Italian', 'I want to die'],
    ['mio marito mi picchia', 'Italian', 'he hits me'],
    ["J'ai envie de mourir", 'French', 'I want to die'],
    ['Mon mari me frappe au visage', 'French', 'he hits me'],
    ['Nebenoriu gyventi', 'Lithuanian', 'I do not want to live'],
    ['vyras mane muša', 'Lithuanian', 'he hits me'],
    ['Я не хочу жити', 'Ukrainian', 'I do not want to live'],
    ['Чоловік мене б’є', 'Ukrainian', 'he hits me'],
    ['Я больше не хочу жить', 'Russian', 'I do not want to live'],
    ['Муж меня бьет', 'Russian', 'he hits me'],
    ['Artık yaşamak istemiyorum', 'Turkish', 'I do not want to live'],
    ['kocam beni dovuyor', 'Turkish', 'he hits me'],
    ['Waxaan rabaa inaan dhinto', 'Somali', 'I want to die'],
    ['ninkaygu wuu i garaacaa', 'Somali', 'he hits me'],
    ['أريد أن أموت', 'Arabic', 'I want to die'],
    ['زوجي يضربني كل يوم', 'Arabic', 'he hits me'],
    ['میں مرنا چاہتی ہوں', 'Urdu', 'I want to die'],
    ['میرا شوہر مجھے مارتا ہے', 'Urdu', 'he hits me'],
    ['main marna chahta hoon', 'Urdu or Hindi', 'I want to die'],
    ['Mera shohar mujhe marta hai', 'Urdu or Hindi', 'he hits me'],
    ['ਮੈਂ ਮਰਨਾ ਚਾਹੁੰਦਾ ਹਾਂ', 'Punjabi', 'I want to die'],
    ['mera gharwala mainu kutda hai', 'Punjabi', 'he hits me'],
    ['আমি আর বাঁচতে চাই না', 'Bengali', 'I do not want to live'],
    ['আমার স্বামী আমাকে মারে', 'Bengali', 'he hits me'],
    ['મારે મરી જવું છે', 'Gujarati', 'I want to die'],
    ['મારો પતિ મને મારે છે', 'Gujarati', 'he hits me'],
  ])('is heard in other languages, and staff are told what it says: %s', (text, language, meaning) => {
    expect(reasons(text)).toEqual([expect.stringContaining(`In ${language} it says: `)])
    expect(reasons(text)[0]).toContain(meaning)
    expect(surest(text)).toBeGreaterThanOrEqual(0.5)
  })

  test.each([
    "C'est à mourir de rire, je suis mort de rire",
    "J'ai envie de mourir de rire",
    'Me quiero morir de la risa',
    'No quiero morir en una lista de espera',
    'Non voglio morire',
    'Voglio morire dal ridere',
    'Não quero morrer',
    'Quero morrer de rir',
    'Nie chcę umrzeć',
    'Nie chcę żyć w takim mieście',
    'Ten podatek bije mnie po kieszeni',
    'Soțul mă bate la cap cu asta',
    'Nu vreau să mor',
    'Gülmekten ölmek istiyorum',
    'Bu ülkede yaşamak istemiyorum',
    'Я не хочу умереть в очереди',
    'Не хочу жить в этом городе',
    'لا أريد أن أموت',
    'أريد أن أموت من الضحك',
    'Il me bat aux échecs',
  ])('is nobody in everyday words of other languages: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it('is heard in the spelling of the North and of Scotland, and shown where it stands', () => {
    const text = 'ah divvent want to be here nee more pet'
    expect(reasons(text)).toEqual(['The author may mean to harm or kill themselves.'])
    expect(found(text)[0]?.spans.map(({ start, end }) => text.slice(start, end))).toEqual([
      'divvent want to be here nee more',
    ])
    expect(surest('cannae go on like this, nae leccy an nae scran fur the weans')).toBeGreaterThanOrEqual(0.5)
    expect(surest("a've had it, gonnae dae masel in. gonnae kill masel the night")).toBeGreaterThanOrEqual(0.5)
    expect(surest("he's oot there noo, ah've locked masel in the bathroom")).toBeGreaterThanOrEqual(0.5)
    expect(found("Ah divvent think we'll win the derby nee more, lads")).toEqual([])
  })

  it('may be another than the author', () => {
    expect(reasons("My mate Dave posted he's going to end it tonight")).toEqual([
      'Somebody, perhaps the author, may mean to harm or kill themselves.',
    ])
    for (const quoted of ['My daughter says "I want to kill myself" every night', 'My son texted me "I want to die"']) {
      expect(reasons(quoted)).toEqual(['Somebody, perhaps the author, may mean to harm or kill themselves.'])
    }
    expect(reasons("I'm going to end it tonight")).toEqual(['The author may mean to harm or kill themselves.'])
    expect(reasons('My wife left and now I want to die')).toEqual(['The author may mean to harm or kill themselves.'])
    expect(reasons('My brother says the voices tell him to, he might kill someone')).toContain(
      'Somebody, perhaps the author, may hurt another person.',
    )
  })

  test.each([
    'I nearly had to kill myself laughing at that answer',
    'Nearly killing myself laughing here',
    "My dad's killing himself laughing",
    'I wanted to die of embarrassment watching you at PMQs',
    'I will cut myself some slack this week',
    'Going to kill myself on that pavement one day, fix it',
    'Politically suicidal, this. A suicidal policy for the town.',
  ])('is nobody in a way of speaking: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  it("is a child, where the neighbour's child is meant, and an adult where the neighbour is", () => {
    const child = "My neighbour's little boy comes to nursery with bruises all over his arms"
    expect(reasons(child)).toEqual(['A child may be in danger, or the author may have been harmed as one.'])
    expect(reasons("My neighbours' kids are left alone every night, bruised and crying")[0]).toContain('child')
    expect(reasons('My elderly neighbour has bruises and nobody visits')[0]).toContain('An adult')
    expect(reasons('My neighbour is 80 and she is lying on the floor')[0]).toContain('An adult')
  })

  test.each([
    "A lad at my son's football club is getting touched by the coach, I don't know who to tell",
    'the football coach keeps messaging my 12 year old asking for photos',
    'A lass in my class is being groomed by an older man off snapchat',
    'Her swimming teacher told my daughter not to tell anyone and asked for pics',
    'A man on the internet has been sending my 13 year old explicit pictures',
    'Their stepdad touches the kids when mum is at work',
    "My son's football coach hits him and he is scared to go home, covered in bruises",
  ])('may be a child whom somebody grooms: %s', (text) => {
    expect(surest(text)).toBeGreaterThanOrEqual(0.6)
    expect(reasons(text).join()).toContain('child')
    expect(reasons(text).join()).not.toContain('An adult')
  })

  test.each([
    'Our lads were beaten 4-1 but my son scored, coach was chuffed',
    'The football coach asked the parents for photos of the match for the club website',
    "My lad's football team need a new pitch, the kids are gutted",
    'The coach keeps texting my son about training times',
    'My daughter was touched by your kindness at the school',
    'The kid hits the post from 30 yards, unlucky lad',
    'My son came home from football covered in bruises, great match though',
    'The teacher asked my daughter to write to you about the zebra crossing',
    'The coach was late and my lad missed kick off because of your roadworks',
  ])('is nobody where people talk of football and school: %s', (text) => {
    expect(found(text)).toEqual([])
  })
})
