// An object where a handler belongs. Never run.
import express from '@tokkyu/core'

const page = { title: 'Home' }
express().get('/home', page)
