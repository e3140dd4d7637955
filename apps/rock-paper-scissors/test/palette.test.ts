import { readFileSync } from 'node:fs'
import path from 'node:path'

import { describe, expect, it } from 'vitest'

const css = readFileSync(path.resolve(import.meta.dirname, '../public/styles/palette.css'), 'utf8')
const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block)

type Colour = [red: number, green: number, blue: number]

/** The custom properties of a block that hold a colour. */
function coloursOf(block: string): Map<string, Colour> {
  const found = [...block.matchAll(/--([\w-]+): #([\da-f]{6});/g)]
  return new Map(
    found.map(([, name = '', hex = '']) => {
      const [red, green, blue] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      return [name, [red ?? 0, green ?? 0, blue ?? 0]]
    }),
  )
}

/** WCAG 2.2: relative luminance. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s palette', (_name, block) => {
  const colours = coloursOf(block)
  const colour = (name: string): Colour => colours.get(name) ?? [0.5, 0.5, 0.5]

  it.each(['ink', 'quiet', 'accent', 'win', 'lose', 'draw'])(
    'lets text in --%s be read: contrast 4.5 or more (WCAG 2.2, 1.4.3)',
    (name) => {
      expect(contrast(colour(name), colour('ground'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(colour(name), colour('panel'))).toBeGreaterThanOrEqual(4.5)
    },
  )

  it.each(['ink', 'quiet', 'win', 'lose', 'draw'])(
    'lets text in --%s be read on both sides of the stage: contrast 4.5 or more',
    (name) => {
      expect(contrast(colour(name), colour('ours'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(colour(name), colour('others'))).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('lets the text on a button be read', () => {
    expect(contrast(colour('on-accent'), colour('accent'))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['rock', 'paper', 'scissors'])(
    'lets the drawing in --%s be seen: contrast 3 or more (WCAG 2.2, 1.4.11)',
    (name) => {
      expect(contrast(colour(name), colour('card'))).toBeGreaterThanOrEqual(3)
      expect(contrast(colour(name), colour('ground'))).toBeGreaterThanOrEqual(3)
      expect(contrast(colour(name), colour('panel'))).toBeGreaterThanOrEqual(3)
    },
  )
})
