/** What may be an avatar: bitmaps alone. An SVG can carry scripts. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const

export const IMAGE_BYTES = 2 * 1024 * 1024

/** The limit as people read it. */
export const IMAGE_LIMIT = `${IMAGE_BYTES / 1024 / 1024} MB`

/** The types as people read them. */
export const IMAGE_NAMES = 'PNG, JPEG, WebP, GIF'
