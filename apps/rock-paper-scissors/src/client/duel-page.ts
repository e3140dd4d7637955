import type { DuelView, Face, LiveWords, Pair, Reveal, Seat } from '../server/duel/view.ts'

/** The words of the page, in the player's language. */
export interface DuelTexts extends LiveWords {
  readonly actions: Readonly<Record<Reveal['action'], string>>
  readonly outcomes: Readonly<Record<'win' | 'lose' | 'draw', string>>
  readonly you: string
}

export interface Shown {
  readonly area: HTMLElement
  readonly duel: DuelView
  readonly seat: Seat | null
  readonly faces: Pair<Face | null>
  readonly watchers: number
  /** By seat: whether the last move shown is the one committed to. */
  readonly honest: readonly boolean[]
  readonly texts: DuelTexts
  /** What this player has committed to in the round under way. */
  readonly chosen: Reveal['action'] | undefined
}

/** Says what goes on, to eyes and ears. */
export function showState(text: string): void {
  const place = document.querySelector('#duel-state')
  if (place && place.textContent !== text) place.textContent = text
}

/** Both hands closed and shaken, and nothing said but that; it gives what ends it. */
export function raiseBothHands(texts: DuelTexts): () => void {
  const table = document.querySelector('#table')
  showState(texts.revealing)
  table?.classList.add('shaking')
  for (const hand of document.querySelectorAll('[data-seat-place]')) {
    hand.classList.remove('sealed', 'winner', 'loser')
    hand.querySelector('.icon')?.setAttribute('class', 'icon rock')
    hand.querySelector('use')?.setAttribute('href', '#icon-rock')
  }
  return () => table?.classList.remove('shaking')
}

/** Brings the page in step with the duel; what has not changed is left alone. */
export function showDuel(shown: Shown): void {
  const { area, duel, seat, texts } = shown
  showState(tellState(shown))
  area.dataset['phase'] = duel.phase
  area.dataset['match'] = String(duel.match)
  area.dataset['round'] = String(duel.round)
  area.dataset['seat'] = seat === null ? 'none' : String(seat)
  for (const at of [0, 1] as const) showSeat(shown, at)
  const mayChoose = seat !== null && duel.phase === 'choosing' && duel.commitments[seat] === null
  for (const button of area.querySelectorAll<HTMLButtonElement>('button.move')) {
    button.setAttribute('aria-disabled', String(!mayChoose)) // keeps the focus that `disabled` loses
    button.setAttribute('aria-pressed', String(button.value === shown.chosen))
  }
  hide('#rematch', seat === null || duel.phase !== 'over')
  hide('#leave', seat === null || (duel.phase !== 'choosing' && duel.phase !== 'revealing'))
  write('#watchers', `${texts.watchers} ${shown.watchers}`)
}

function showSeat(page: Shown, at: Seat): void {
  const { duel, honest, texts, faces } = page
  const place = `[data-seat-place="${at}"]`
  const name = nameOf(at, page)
  const shown = duel.last?.reveals[at]
  write(`${place} .who`, duel.away[at] ? `${name} (${texts.away})` : name)
  document.querySelector(`${place} .portrait`)?.replaceChildren(...portraitOf(faces[at]))
  const link = document.querySelector(`${place} .who`)
  const profile = faces[at]?.profile
  if (profile) link?.setAttribute('href', profile)
  else link?.removeAttribute('href')
  write(`${place} .points`, String(duel.score[at]))
  // A move that is sealed in the round under way covers what was shown in the last one.
  const sealed = duel.phase !== 'over' && duel.commitments[at] !== null
  write(`${place} .what`, shown && !sealed ? texts.actions[shown.action] : ' ')
  const icon = sealed ? 'sealed' : (shown?.action ?? 'person')
  const hand = document.querySelector(place)
  const winner = sealed ? undefined : winnerOf(duel)
  hand?.classList.toggle('sealed', sealed)
  hand?.classList.toggle('winner', winner === at)
  hand?.classList.toggle('loser', winner !== undefined && winner !== at)
  document.querySelector(`${place} .icon`)?.setAttribute('class', `icon ${icon}`)
  document.querySelector(`${place} use`)?.setAttribute('href', `#icon-${icon}`)
  write(`[data-proof="${at}"] dt`, name)
  write(
    `[data-proof="${at}"] .commitment`,
    duel.commitments[at] ?? duel.last?.commitments[at] ?? '–',
  )
  const caught = duel.ending?.reason === 'cheated' && duel.ending.winner !== at
  const checked = caught || (duel.last && duel.commitments[at] === null)
  const isHonest = honest[at] === true && !caught
  write(`[data-proof="${at}"] .checked`, checked ? (isHonest ? texts.verified : texts.forged) : ' ')
  const mark = document.querySelector(`[data-proof="${at}"] .checked`)
  mark?.classList.toggle('honest', isHonest)
  mark?.classList.toggle('forged', !isHonest)
  hand?.classList.toggle('caught', caught)
}

/** Whose hand is marked: who won the match, or else the last round; nobody's after a draw. */
function winnerOf({ ending, last }: DuelView): Seat | undefined {
  return ending?.winner ?? last?.winner ?? undefined
}

/** Names stand beside it, so it says nothing itself. */
function portraitOf(face: Face | null): HTMLImageElement[] {
  if (!face?.avatar) return []
  const image = new Image(32, 32)
  image.src = face.avatar
  image.alt = ''
  return [image]
}

function tellState(page: Shown): string {
  const { duel, seat, texts } = page
  const { phase, ending, last } = duel
  if (phase === 'waiting') return texts.waiting
  if (ending) return tellEnding(ending, page)
  const missing = duel.away.indexOf(true)
  if (missing !== -1) return `${nameOf(missing === 0 ? 0 : 1, page)}: ${texts.away}`
  if (phase === 'revealing') return texts.revealing
  if (seat === null) return [tellLast(last, page), texts.watching].join(' ')
  if (duel.commitments[seat] !== null) return texts.committed
  const hint = duel.commitments.some((commitment) => commitment !== null)
    ? texts.choosing
    : texts.choose
  return [tellLast(last, page), hint].join(' ').trim()
}

function tellEnding({ reason, winner }: NonNullable<DuelView['ending']>, page: Shown): string {
  const { duel, texts } = page
  const asked = duel.rematch.some(Boolean) ? ` ${texts.rematchAsked}` : ''
  if (winner === null) return `${texts.nobody}${asked}`
  const loser = nameOf(winner === 0 ? 1 : 0, page)
  const why = reason === 'won' ? '' : `${loser}: ${texts[reason]} `
  return `${why}${texts.wins} ${nameOf(winner, page)} (${duel.score.join(' : ')}).${asked}`
}

function tellLast(last: DuelView['last'], page: Shown): string {
  const { seat, texts } = page
  if (!last) return ''
  if (last.winner === null) return `${texts.outcomes.draw}.`
  if (seat === null) return `+1 ${nameOf(last.winner, page)}.`
  return `${texts.outcomes[last.winner === seat ? 'win' : 'lose']}.`
}

function nameOf(at: Seat, { seat, faces, texts }: Shown): string {
  return at === seat ? texts.you : (faces[at]?.name ?? texts.players[at])
}

function write(selector: string, text: string): void {
  const place = document.querySelector(selector)
  if (place && place.textContent !== text) place.textContent = text
}

function hide(selector: string, hidden: boolean): void {
  document.querySelector(selector)?.toggleAttribute('hidden', hidden)
}
