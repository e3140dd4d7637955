import { callbackify } from 'node:util'

import type { RequestHandler } from '@tokkyu/core'
import upload, { diskStorage } from '@tokkyu/upload'

import type { AvatarGallery } from '../avatar-gallery.ts'
import { IMAGE_BYTES, IMAGE_TYPES } from '../avatar-limits.ts'
import { NoImageError, NotFoundError } from '../errors.ts'
import { avatarUrl } from '../home-page.ts'
import type { PlayerOf } from '../player.ts'

/** Reads the form that brings an avatar; what is too large or no image never reaches the route. */
export function receiveAvatar(gallery: AvatarGallery): RequestHandler {
  const openGallery = callbackify(() => gallery.directory())
  const storage = diskStorage({ destination: (_req, _file, done) => openGallery(done) })
  const limits = { fileSize: IMAGE_BYTES, files: 1, fields: 5 }
  return upload({ storage, limits, accept: IMAGE_TYPES }).single('avatar')
}

/** `POST /avatar`: the image just received takes the place of the one before. */
export function changeAvatar(playerOf: PlayerOf, gallery: AvatarGallery): RequestHandler {
  return async (req, res) => {
    const { file } = req
    if (!file?.detectedMimetype) throw new NoImageError()
    const player = playerOf(req)
    const former = player.avatar
    player.avatar = await gallery.add({ path: file.path, type: file.detectedMimetype })
    if (former) await gallery.remove(former)
    const avatar = avatarUrl(player.avatar)
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json({ avatar }),
      text: () => res.send(`${avatar}\n`),
    })
  }
}

/**
 * `GET /avatar`: the player's own image and nobody else's. It came from outside, so it is served as
 * the bitmap it was recognised as, never to be guessed at, and without rights of any kind.
 */
export function showAvatar(playerOf: PlayerOf, gallery: AvatarGallery): RequestHandler {
  return (req, res) => {
    const avatar = gallery.find(playerOf(req).avatar)
    if (!avatar) throw new NotFoundError(req.method, req.path)
    res.set({
      'Content-Type': avatar.type,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Content-Disposition': 'inline; filename="avatar"',
      'Cache-Control': 'private, no-cache',
    })
    return res.sendFile(avatar.path, { cacheControl: false })
  }
}
