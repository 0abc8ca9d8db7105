import { createContext, useContext } from 'hono/jsx'
import { weighed } from '../../danger.ts'
import type { Case } from '../../store/index.ts'
import type { SafeguardingLead } from '../deps.ts'

/** Who helps people at risk: somebody in the office, and those whom staff may name to them. */

/** Whom the office tells of people at risk; null where none is configured. */
export const Lead = createContext<SafeguardingLead | null>(null)

export const TellLead = () => {
  const lead = useContext(Lead)
  if (lead === null) return <>Tell the office’s safeguarding lead, whatever the hour.</>
  const ways = [lead.phone, lead.email].filter((way) => way !== undefined)
  return (
    <>
      Tell {lead.name}, the office’s safeguarding lead, whatever the hour
      {ways.length > 0 ? `: ${ways.join(' or ')}` : ''}.
    </>
  )
}

interface Kind {
  name: string
  /** Findings say what they are about in their reason alone. */
  reads: RegExp
  help: readonly [string, string]
}

const KINDS: readonly Kind[] = [
  {
    name: 'Suicide or self-harm',
    reads: /suicide|self-harm|(?:kill|harm|harming) themselves|leave of life/,
    help: ['Samaritans: 116 123, free, at any hour.', 'In danger now: 999.'],
  },
  {
    name: 'Abuse at home',
    reads: /at home/,
    help: [
      'National Domestic Abuse Helpline: 0808 2000 247, free, at any hour.',
      'Whoever they are afraid of may read your answer: write nothing that could harm them.',
    ],
  },
  {
    name: 'A child',
    reads: /\bchild\b/,
    help: ['NSPCC: 0808 800 5000.', 'The council’s children’s services, where the child lives.'],
  },
  {
    name: 'An adult who can’t protect themselves',
    reads: /\badult\b/,
    help: [
      'The council’s adult social care, where they live.',
      'If it may be a crime: the police, 101; in danger now, 999.',
    ],
  },
]

/** Whom staff may name to somebody at risk: what fits is shown, the rest waits to be asked for. */
export const Help = ({ found }: { found: Case }) => {
  const risks = weighed(found).filter(({ concern }) => concern === 'at-risk')
  const fitting = KINDS.filter(({ reads }) => risks.some(({ reason }) => reads.test(reason)))
  const others = KINDS.filter((kind) => !fitting.includes(kind))
  return (
    <>
      {fitting.length === 0 ? null : (
        <>
          <p>Help you can name to them:</p>
          <HelpList kinds={fitting} />
        </>
      )}
      {others.length === 0 ? null : (
        <details>
          <summary>{fitting.length === 0 ? 'Help you can name to them' : 'Other help you can name to them'}</summary>
          <HelpList kinds={others} />
        </details>
      )}
    </>
  )
}

const HelpList = ({ kinds }: { kinds: readonly Kind[] }) => (
  <>
    {kinds.map(({ name, help }) => (
      <>
        <p>{name}</p>
        <ul>
          {help.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </>
    ))}
  </>
)
