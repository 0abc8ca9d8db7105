import type { Case } from '../../store/index.ts'

/** Blurred until asked for, one by one; a tick box, so that it needs no script. */
export const Pictures = ({ pictures }: { pictures: Case['item']['pictures'] }) =>
  pictures.length === 0 ? null : (
    <ul class="pictures">
      {pictures.map(({ id, state }, n) => (
        <li>
          {state === 'kept' ? (
            <label>
              <input type="checkbox" /> <span>Show picture {n + 1}</span>
              <img src={`/picture/${id}`} alt={`Picture ${n + 1} that came with it`} loading="lazy" />
            </label>
          ) : (
            <p class="faint">
              Picture {n + 1}: {state === 'waiting' ? 'still being fetched.' : 'it was gone before it could be kept.'}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
