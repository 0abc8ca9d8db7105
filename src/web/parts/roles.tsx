import { ROLES, type Role } from '../../store/index.ts'
import { ALL_RIGHTS, may, type Right } from '../rights.ts'
import { listed } from './words.ts'

/** Roles, in words that say what each may do: told from the table that the guard asks, so that they can't say otherwise. */

const NAMES: Readonly<Record<Role, string>> = {
  reviewer: 'Reviewer',
  senior: 'Senior',
  'data-lead': 'Data lead',
  administrator: 'Administrator',
}

const RIGHTS: Readonly<Record<Right, string>> = {
  answer: 'answer what waits in the queue',
  messages: 'read private messages',
  overturn: 'decide again what a colleague decided',
  refer: 'refer threats to the police and take the evidence out',
  policy: 'say how strict the tool is and what it says in the office’s name',
  staff: 'let colleagues in and out and give them roles',
  accounts: 'look after the accounts',
  data: 'keep the protected register, known pictures and evidence',
}

/** "Reviewer and senior" */
export function rolesWords(roles: readonly Role[]): string {
  const words = listed(roles.map((role) => NAMES[role].toLowerCase()))
  return words === '' ? 'No role: may only look' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

const mayWords = (role: Role): string =>
  listed(ALL_RIGHTS.filter((right) => may({ roles: [role] }, right)).map((right) => RIGHTS[right]))

/** Which roles, to be ticked. */
export const RoleChoice = ({ given }: { given: readonly Role[] }) => (
  <fieldset>
    <legend>What may they do?</legend>
    {ROLES.map((role) => (
      <label>
        <input type="checkbox" name={`role-${role}`} value="yes" checked={given.includes(role)} />
        <span>
          {NAMES[role]} <small>May {mayWords(role)}.</small>
        </span>
      </label>
    ))}
  </fieldset>
)

/** Those that were ticked. */
export const readRoles = (form: Readonly<Record<string, unknown>>): Role[] =>
  ROLES.filter((role) => form[`role-${role}`] === 'yes')
