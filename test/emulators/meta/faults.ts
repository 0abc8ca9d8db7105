import { faultDesk, type Mishap } from '../fault-desk.ts'
import type { Failing } from './endpoints.ts'
import type { Answer, RefusalName } from './refusals.ts'

/** A name of Graph's refusals, or an answer of one's own, refuses the call and does nothing. */
export type Fault = Mishap | RefusalName | Answer

export type Faults = ReturnType<typeof faultsOfMeta>

const ELSEWHERE: readonly Failing[] = ['GET cdn', 'GET oauth/access_token', 'GET debug_token']

/** '*' is every call on a node, as when the token has ended. */
export const faultsOfMeta = () => faultDesk<Failing, Fault>((call) => !ELSEWHERE.includes(call))
