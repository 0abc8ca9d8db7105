import { describe, expect, it } from 'vitest'
import { isEnglishEnough } from '../../../src/classifiers/english.ts'

describe('English enough', () => {
  it.each([
    'When will the 42 bus come back?',
    'you are a f***ing disgrace and so is your party',
    '@JoHartleyMP you absolute muppet',
    'kys',
    'u r a vile cow n i hope u lose',
    'Haud yer wheesht hen, ye have said naething in the last ten minutes',
    'The people of Wrocław and Đà Nẵng are with you',
  ])('is %s', (text) => expect(isEnglishEnough(text)).toBe(true))

  it.each([
    '',
    '🤡🤡',
    'https://the.example.org/and/the/of',
    'Mae hwn yn ofnadwy a dylech chi ymddiswyddo ar unwaith',
    'Vous êtes une honte pour ce pays et pour vos électeurs',
    'Sie sind eine Schande für dieses Land und sollten zurücktreten',
    'Jesteś hańbą dla tego kraju, powinieneś zrezygnować',
    'Eres una vergüenza para este país y para tus votantes',
    'aap bahut bekaar insaan hain aur kuch nahi karte',
    'سأصوت ضدك في الانتخابات القادمة',
    'Sen bu ülke için bir utanç kaynağısın, istifa et',
  ])('is not %s', (text) => expect(isEnglishEnough(text)).toBe(false))
})
