import type { Histogram as Bins } from '../../store/index.ts'

interface Props {
  bins: Bins
  /** Where lines stand, from 0 to 1, with what each is. */
  lines: readonly { at: number; name: string }[]
}

const HEIGHT = 30

/** How sure the tool was, of all it found: a picture, and the same figures for whoever would rather read them. */
export const Histogram = ({ bins, lines }: Props) => {
  const most = Math.max(1, ...bins)
  const width = 100 / bins.length
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {bins.map((n, i) => {
          // Rare ones are seen too: with a straight scale one sort of spam would leave all else invisible.
          const height = n === 0 ? 0 : Math.max(1, HEIGHT * (Math.log1p(n) / Math.log1p(most)))
          return <rect x={i * width + 0.5} y={HEIGHT - height} width={width - 1} height={height} />
        })}
        {lines.map(({ at, name }) => (
          <line x1={100 * at} x2={100 * at} y1={0} y2={HEIGHT} class={name} />
        ))}
      </svg>
      <details>
        <summary>The figures</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">How sure</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((n, i) =>
              n === 0 ? null : (
                <tr>
                  <th scope="row">
                    {(i / bins.length).toFixed(2)} to {((i + 1) / bins.length).toFixed(2)}
                  </th>
                  <td>{n}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
