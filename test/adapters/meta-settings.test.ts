import { describe, expect, it } from 'vitest'
import { readSettings } from '../../adapters/meta/settings.ts'

const app = { id: '700000000000001', secret: 'a-secret-of-the-app' }

describe('the settings of an account at Meta', () => {
  it('need only the app', () => {
    expect(readSettings('Facebook', { app })).toEqual({ app, answer: 'reply', lookBackDays: 7 })
  })

  it('lead to this machine alone, if not to Meta', () => {
    expect(readSettings('Facebook', { app, api: 'http://127.0.0.1:4000/' }).api).toBe('http://127.0.0.1:4000')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no app', {}, '"app"'],
    ['an app without its secret', { app: { id: '7' } }, '"app.secret" is missing'],
    ['an empty secret', { app: { id: '7', secret: ' ' } }, '"app.secret" is empty'],
    ['a Page by its name', { app, page: 'johartleymp' }, '"page" is the Page’s number'],
    ['another way to answer', { app, answer: 'shout' }, '"answer" is either reply or private-reply'],
    ['a look too far back', { app, lookBackDays: 91 }, '"lookBackDays"'],
    ['no look back', { app, lookBackDays: 0 }, '"lookBackDays"'],
    ['a guessable word for webhooks', { app, verify: 'short' }, '"verify" is shorter than eight'],
    ['a stranger’s address', { app, api: 'http://127.0.0.1.example' }, '"api" must be an address at http://127.0.0.1'],
    ['a setting that is none', { app: { ...app, key: 'x' } }, 'there is no setting app.key'],
  ])('are refused with %s', (_, given, words) => {
    expect(() => readSettings('Instagram', given)).toThrow(words)
  })

  it('name all that is wrong, the platform, and nothing of what was written', () => {
    const given = { app: { id: 7, secret: '' }, token: '', page: 'EAAsecret', api: 'https://EAAsecret.example' }
    let message = ''
    try {
      readSettings('Instagram', given)
    } catch (error) {
      message = String(error)
    }
    for (const name of ['Instagram', '"app.id"', '"app.secret"', '"token"', '"page"', '"api"'])
      expect(message).toContain(name)
    expect(message).not.toContain('EAAsecret')
  })
})
