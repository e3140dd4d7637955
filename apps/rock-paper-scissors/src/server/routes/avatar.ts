import { callbackify } from 'node:util'

import type { Request, RequestHandler, Response } from '@tokkyu/core'
import upload, { diskStorage } from '@tokkyu/upload'

import type { Image } from '../api/schemas.ts'
import { type Avatar, type AvatarGallery, avatarUrl } from '../avatar-gallery.ts'
import { IMAGE_BYTES, IMAGE_TYPES } from '../avatar-limits.ts'
import { NotFoundError } from '../errors.ts'
import type { Player, PlayerOf } from '../player.ts'
import type { Profiles } from '../profiles/profiles.ts'

/** Reads the form that brings an avatar; what is too large or no image never reaches the route. */
export function receiveAvatar(gallery: AvatarGallery): RequestHandler {
  const openGallery = callbackify(() => gallery.directory())
  const storage = diskStorage({ destination: (_req, _file, done) => openGallery(done) })
  const limits = { fileSize: IMAGE_BYTES, files: 1, fields: 5 }
  return upload({ storage, limits, accept: IMAGE_TYPES }).single('avatar')
}

/** `POST /avatar`: the image just received takes the place of the one before. */
export function changeAvatar(
  playerOf: PlayerOf,
  gallery: AvatarGallery,
  profiles: Profiles,
): (req: Request & { readonly file: Image }, res: Response) => Promise<void> {
  return async (req, res) => {
    const { file } = req
    const name = await gallery.add({ path: file.path, type: file.detectedMimetype })
    await wear(playerOf(req), name, gallery, profiles)
    const avatar = avatarUrl(name)
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json({ avatar }),
      text: () => res.send(`${avatar}\n`),
    })
  }
}

/** `POST /avatar/remove`: the image is gone, also for those who know its address. */
export function removeAvatar(
  playerOf: PlayerOf,
  gallery: AvatarGallery,
  profiles: Profiles,
): RequestHandler {
  return async (req, res) => {
    await wear(playerOf(req), null, gallery, profiles)
    res.format({
      html: () => res.redirect(303, '/'),
      json: () => res.json({ avatar: null }),
      text: () => res.send('\n'),
    })
  }
}

/** `GET /avatar`: the player's own image. */
export function showOwnAvatar(playerOf: PlayerOf, gallery: AvatarGallery): RequestHandler {
  return (req, res) => {
    const avatar = gallery.find(playerOf(req).avatar)
    if (!avatar) throw new NotFoundError(req.method, req.path)
    return sendAvatar(res, avatar, 'private, no-cache')
  }
}

/**
 * `GET /avatars/:name`: the image for whoever was given its address, which nobody can guess. It is
 * asked for again each time, so that one that was removed is gone.
 */
export function showAvatar(gallery: AvatarGallery): RequestHandler<{ name: string }> {
  return (req, res) => {
    const avatar = gallery.find(req.params.name)
    if (!avatar) throw new NotFoundError(req.method, req.path)
    return sendAvatar(res, avatar, 'public, no-cache')
  }
}

/**
 * The image came from outside, so it is served as the bitmap it was recognised as, never to be
 * guessed at, and without rights of any kind.
 */
function sendAvatar(res: Response, avatar: Avatar, cacheControl: string): void {
  res.set({
    'Content-Type': avatar.type,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Content-Disposition': 'inline; filename="avatar"',
    'Cache-Control': cacheControl,
  })
  res.sendFile(avatar.path, { cacheControl: false })
}

/** Puts an image, or none, in the place of the one before, whose file goes. */
async function wear(
  player: Player,
  name: string | null,
  gallery: AvatarGallery,
  profiles: Profiles,
): Promise<void> {
  const former = player.avatar
  if (name === null) delete player.avatar
  else player.avatar = name
  if (player.playerId !== undefined) {
    await profiles.change(player.playerId, (profile) => profile && { ...profile, avatar: name })
  }
  if (former) await gallery.remove(former)
}
