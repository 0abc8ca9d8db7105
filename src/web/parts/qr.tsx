import { encodeQR } from 'qr'

/** The quiet edge that cameras look for. Squares. */
const EDGE = 4

/** A picture for a telephone's camera, drawn here: what it holds goes to nobody. Dark on light, in the dark too. */
export const Qr = ({ text, label }: { text: string; label: string }) => {
  const rows = encodeQR(text, 'raw', { border: EDGE })
  const size = rows.length
  const dots = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={dots.join('')} fill="#000" />
    </svg>
  )
}
