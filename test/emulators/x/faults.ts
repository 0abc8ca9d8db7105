import { faultDesk, type Mishap } from '../fault-desk.ts'
import type { Failing } from './endpoints.ts'
import type { Answer, ProblemName } from './problems.ts'

/** A name of X's problems, or an answer of one's own, refuses the call and does nothing. */
export type Fault = Mishap | ProblemName | Answer

export type Faults = ReturnType<typeof faultsOfX>

/** '*' is every call of the API, as when the credits are used up; signing in goes on. */
export const faultsOfX = () => faultDesk<Failing, Fault>((call) => !call.includes('oauth2'))
