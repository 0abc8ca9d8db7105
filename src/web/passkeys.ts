import { isIP } from 'node:net'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Staff } from '../store/index.ts'
import type { ConsoleParts } from './deps.ts'

/** Signing in with a passkey: what is asked of the browser, and whether what it answers is true. */

/** The passkey asks for the finger, the face or the PIN each time: so it is two factors in one. */
const VERIFIED = 'required'
/** How long somebody may look for their key. Minutes. */
const PATIENCE = 5

/** Loaded once somebody uses one: it is 28 MB of other people's certificates. */
const library = () => import('@simplewebauthn/server')

/** As whom the console is known to a passkey; null where none can be used, since the address is no name or not safe. */
export function relyingParty(url: string | undefined): { id: string; origin: string } | null {
  if (url === undefined) return null
  const { protocol, hostname, origin } = new URL(url)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) > 0) return null
  return protocol === 'https:' || hostname === 'localhost' ? { id: hostname, origin } : null
}

const Answered = z.looseObject({
  id: z.string(),
  response: z.looseObject({ clientDataJSON: z.string() }),
})
const ClientData = z.object({ challenge: z.string() })

/** What the browser sent back, with the challenge it says it answers; null for what is nothing of the kind. */
function readAnswer(json: string) {
  try {
    const answer = Answered.parse(JSON.parse(json))
    const data = Buffer.from(answer.response.clientDataJSON, 'base64url').toString('utf8')
    return { answer, challenge: ClientData.parse(JSON.parse(data)).challenge }
  } catch {
    return null
  }
}

/** What the browser is to make a passkey from. Throws where there can be none. */
export async function creationOptions({ store, url, now, office }: ConsoleParts, { id, name }: Staff) {
  const party = required(url)
  const { passkeys } = await store.factors.of(id)
  const { generateRegistrationOptions } = await library()
  const options = await generateRegistrationOptions({
    rpName: `Serjeant, ${office.mp.name}`,
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(id.replaceAll('-', ''), 'hex')),
    userName: name,
    attestationType: 'none',
    excludeCredentials: passkeys.map((one) => ({ id: one.id })),
    authenticatorSelection: { residentKey: 'required', userVerification: VERIFIED },
  })
  await store.factors.challenge(options.challenge, id, now(), PATIENCE)
  return options
}

/** What a passkey is to sign. @param personId whose; null where anybody may sign in */
export async function requestOptions({ store, url, now }: ConsoleParts, personId: string | null) {
  const party = required(url)
  const { generateAuthenticationOptions } = await library()
  const options = await generateAuthenticationOptions({ rpID: party.id, userVerification: VERIFIED })
  await store.factors.challenge(options.challenge, personId, now(), PATIENCE)
  return options
}

/** Keep a new passkey. @returns the codes on paper, if these are new; 'known', or null for an answer that is not true */
export async function addPasskey(parts: ConsoleParts, { id: personId }: Staff, json: string, name: string) {
  const { store, now } = parts
  const party = required(parts.url)
  const read = readAnswer(json)
  if (read === null || !(await store.factors.takeChallenge(read.challenge, personId, now()))) return null
  const { verifyRegistrationResponse } = await library()
  const verified = await verifyRegistrationResponse({
    response: read.answer as unknown as RegistrationResponseJSON,
    expectedChallenge: read.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => null)
  if (!verified?.verified) return null
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential
  return store.factors.addPasskey(personId, { id, publicKey, counter, transports, name }, now())
}

/** Whose passkey answered truly; null if none did, it was answered before, or it is a copy that counted on by itself. */
export async function ownerOf(parts: ConsoleParts, json: string, personId: string | null): Promise<string | null> {
  const { store, now } = parts
  const party = relyingParty(parts.url)
  const read = readAnswer(json)
  if (party === null || read === null) return null
  if (!(await store.factors.takeChallenge(read.challenge, personId, now()))) return null
  const known = await store.factors.passkey(read.answer.id)
  if (known === null || (personId !== null && known.personId !== personId)) return null
  const { verifyAuthenticationResponse } = await library()
  const verified = await verifyAuthenticationResponse({
    response: read.answer as unknown as AuthenticationResponseJSON,
    expectedChallenge: read.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: known,
    requireUserVerification: true,
  }).catch(() => null)
  if (!verified?.verified) return null
  const counted = await store.factors.usedPasskey(known.id, verified.authenticationInfo.newCounter, now())
  return counted ? known.personId : null
}

function required(url: string | undefined) {
  const party = relyingParty(url)
  if (party === null) throw new Error('Passkeys need a name, and https.')
  return party
}
