import type { Child } from 'hono/jsx'
import { Status } from './layout.tsx'

/** What the pages of settings share. */

interface FieldProps {
  name: string
  label: string
  children?: Child
  /** Under the label, in a line. */
  hint?: Child
  type?: 'text' | 'date' | 'number' | 'tel' | 'url'
  value?: string | number | undefined
  required?: boolean
  min?: number | string
  max?: number | string
  step?: number | string
  maxlength?: number
}

export const Field = ({ label, hint, type = 'text', ...given }: FieldProps) => (
  <label class="field">
    <span>
      {label}
      {hint === undefined ? null : <small>{hint}</small>}
    </span>
    <input type={type} {...given} />
  </label>
)

/** Why it is changed: asked for at every setting, since the log keeps it beside who changed it. */
export const Why = ({ required = false, value = '' }: { required?: boolean; value?: string }) => (
  <label class="field">
    <span>{required ? 'Why?' : 'Why? (optional)'}</span>
    <input name="why" maxlength={500} required={required} value={value} />
  </label>
)

export const Wrong = ({ children }: { children: string | null }) =>
  children === null ? null : (
    <p class="error" role="alert" id="wrong">
      {children}
    </p>
  )

export const Kept = ({ when }: { when: string | undefined }) =>
  when === undefined ? null : (
    <Status>{when === 'as-it-was' ? 'Nothing was different.' : 'Kept. It holds from now on.'}</Status>
  )

export const BackToSettings = () => (
  <p class="links">
    <a href="/settings">All settings</a>
  </p>
)
