import path from 'node:path'

import { expressLike, listening } from './express-like.mjs'

// An earlier build can stand in for this one.
const root = process.env.TOKKYU_ROOT ?? path.resolve(import.meta.dirname, '../..')
export const load = async (name) =>
  (await import(path.join(root, 'packages', name, 'entry/index.mjs'))).default
const parts = { session: () => load('session'), upload: () => load('upload'), view: 'page.html' }
export const express = await load('core')
const { build } = expressLike(express, parts)

// Not imported: see node.mjs. An app of ours has no need of node:http.
const { createServer } = process.getBuiltinModule('node:http')
export const apps = { ...listening(build), foreign: () => createServer(build.s2()) }
