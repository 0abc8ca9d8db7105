import type { OfficeFacts } from '../../../moderation/model.ts'
import type { LetterRow } from '../../store/index.ts'
import { Theirs } from './said.tsx'

/** A letter on paper, with the office's head and set as it was agreed with whoever it is to. */

export interface Setting {
  isLarge: boolean
  isColoured: boolean
  isTranslated: boolean
  /** What is agreed, for staff. */
  words: string[]
}

export const settingOf = (agreed: readonly { format: string; kind: string; detail: string }[]): Setting => {
  const has = (format: string): boolean => agreed.some((one) => one.format === format)
  return {
    isLarge: has('large-print'),
    isColoured: has('coloured'),
    isTranslated: has('translated'),
    words: agreed.map(({ kind, detail }) => detail || kind),
  }
}

interface Props {
  letter: Pick<LetterRow, 'subject' | 'text'>
  office: OfficeFacts
  setting: Setting
}

export const Sheet = ({ letter, office, setting: { isLarge, isColoured } }: Props) => {
  const { mp, public: known } = office
  const lines = [known.address, known.phone, known.email, known.website].filter((one) => one !== undefined)
  return (
    <article class={`sheet${isLarge ? ' large' : ''}${isColoured ? ' coloured' : ''}`} lang="en-GB">
      <header>
        <p class="from">{mp.name}</p>
        {mp.constituency ? <p>Member of Parliament for {mp.constituency}</p> : null}
        <p class="reach">
          {lines.map((one) => (
            <span>{one}</span>
          ))}
        </p>
      </header>
      <h1>{letter.subject}</h1>
      {letter.text.split(/\n{2,}/).map((paragraph) => (
        <p class="paragraph">
          <Theirs>{paragraph}</Theirs>
        </p>
      ))}
    </article>
  )
}
