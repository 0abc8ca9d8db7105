import { MESSAGE_READERS, type Role, type Staff } from '../store/index.ts'

/** What somebody may see and do here, by what they are there for: one table, asked by every page. */
const RIGHTS = {
  /** Answer what waits in the queue. */
  answer: ['reviewer', 'senior'],
  /** Read what was written in private. Being opened is in the log. */
  messages: MESSAGE_READERS,
  /** Decide anew what a colleague decided. */
  overturn: ['senior'],
  /** Refer threats to the police, and take the evidence out. */
  refer: ['senior', 'data-lead'],
  /** Say how strict the tool is, what it may do alone, and what is said in the office's name. */
  policy: ['senior', 'administrator'],
  /** Let people in and out, and say what they may do. */
  staff: ['administrator'],
  accounts: ['administrator'],
  /** The protected register, known pictures, evidence that is kept, and what is taken out of here. */
  data: ['senior', 'data-lead'],
} satisfies Record<string, readonly Role[]>

export type Right = keyof typeof RIGHTS
export const ALL_RIGHTS = Object.keys(RIGHTS) as Right[]
const HOLDERS: Record<Right, readonly Role[]> = RIGHTS

/** May they be the second of two? Where no right is named, whoever signs in may. */
export const mayAgree = (staff: Pick<Staff, 'roles'>, right: Right | null): boolean =>
  right === null || may(staff, right)

export const may = ({ roles }: Pick<Staff, 'roles'>, right: Right): boolean =>
  HOLDERS[right].some((role) => roles.includes(role))
